import type { Checker, Finding } from './checker.ts';
import { askedLimits, field, textOf } from './facts.ts';

/** How often a strategy is started on the same actions, by default. */
const TRIES = 3;

/** The name of each journal here, the option that limits it, and its default. */
const JOURNALS = {
  outbox: ['nudges in the outbox', 'outboxLimit', 1_000],
  pending: ['pending calls', 'pendingLimit', 10_000],
  dead: ['dead letters', 'deadLetterLimit', 1_000],
  history: ['retained actions', 'retentionLimit', Number.POSITIVE_INFINITY],
} as const;

/** How many calls of one client are remembered. */
const RECEIPTS = 256;

/** C10: everything that grows has a limit. */
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
    // The most that was stored at once. Any of the limits may have been in force at that moment, so compare with the
    // highest.
    for (const event of history) {
      if (event.type !== 'seen' || event.op !== 'most') continue;
      const [loop, counts] = [textOf(event, 'loop'), field(event, 'counts') as Partial<Record<string, readonly [number, number]>>];
      for (const [journal, [what, option, otherwise]] of Object.entries(JOURNALS)) {
        const [before, after] = counts[journal] ?? [0, 0];
        const limit = Math.max(...askedLimits(history, loop, option, otherwise));
        // A hostile row may contain anything; whoever continues from it must not exceed the limit.
        if (before <= limit) check(`${what} of ${loop} at the most, in ${event.actor}`, after, limit);
      }
    }
    for (const row of (final.raw['documents'] ?? []) as { key?: string; value?: { seen?: unknown[] } }[]) {
      if (row.key?.startsWith('receipts:')) check('receipts of one client', row.value?.seen?.length ?? 0, RECEIPTS);
    }
    return findings;
  },
};
