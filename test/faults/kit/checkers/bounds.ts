import type { Checker, Finding } from './checker.ts';
import { askedLimits, field, textOf } from './facts.ts';

/** How often a strategy is started on the same actions, when nobody asks for another number. */
const TRIES = 3;

/** What each journal is called here, the option that limits it, and its limit when nobody asks for another. */
const JOURNALS = {
  outbox: ['nudges in the outbox', 'outboxLimit', 1_000],
  pending: ['pending calls', 'pendingLimit', 10_000],
  dead: ['dead letters', 'deadLetterLimit', 1_000],
  history: ['retained actions', 'retentionLimit', Number.POSITIVE_INFINITY],
} as const;

/** Calls of one client that are remembered. */
const RECEIPTS = 256;

/** C10: whatever grows has an end. */
export const bounds: Checker = {
  name: 'C10',
  promise: 'Rows and tries stay below their limits',
  judge(history, final) {
    const findings: Finding[] = [];
    const broken = (text: string): void => void findings.push({ checker: 'C10', kind: 'broken', text });
    const check = (what: string, count: number, limit: number): void => {
      if (count > limit) broken(`${what}: ${count}, where ${limit} is the limit`);
    };
    const found = { outbox: final.nudges, pending: final.pending, dead: final.dead, history: final.history };
    const loops = new Set([...Object.keys(final.loops), ...Object.values(found).flatMap((entries) => entries.map(({ loop }) => loop))]);
    for (const loop of loops) {
      for (const [journal, [what, option, otherwise]] of Object.entries(JOURNALS)) {
        // An entry may hold several actions.
        const entries = new Set(found[journal as keyof typeof found].filter((entry) => entry.loop === loop).map(({ seq }) => seq));
        check(`${what} of ${loop}`, entries.size, askedLimits(history, loop, option, otherwise).at(-1)!);
      }
      const tries = Math.max(...askedLimits(history, loop, 'maxAttempts', TRIES));
      check(`tries at pending work of ${loop}`, Math.max(0, ...(final.loops[loop]?.attempts ?? [])), tries);
      for (const letter of final.dead) if (letter.loop === loop) check(`tries at action ${letter.n ?? '?'} of ${loop}`, letter.attempts, tries);
    }
    // What was there at the most: by whichever limit was in force at that moment, it must not be more than any allows.
    for (const event of history) {
      if (event.type !== 'seen' || event.op !== 'most') continue;
      const [loop, counts] = [textOf(event, 'loop'), field(event, 'counts') as Partial<Record<string, readonly [number, number]>>];
      for (const [journal, [what, option, otherwise]] of Object.entries(JOURNALS)) {
        const [before, after] = counts[journal] ?? [0, 0];
        const limit = Math.max(...askedLimits(history, loop, option, otherwise));
        // A hostile row may say what it likes; whoever went on from there did not go beyond the limit.
        if (before <= limit) check(`${what} of ${loop} at the most, in ${event.actor}`, after, limit);
      }
    }
    for (const row of (final.raw['documents'] ?? []) as { key?: string; value?: { seen?: unknown[] } }[]) {
      if (row.key?.startsWith('receipts:')) check('receipts of one client', row.value?.seen?.length ?? 0, RECEIPTS);
    }
    return findings;
  },
};
