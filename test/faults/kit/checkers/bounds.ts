import type { Checker, Finding } from './checker.ts';
import { lastOption } from './facts.ts';

/** How often a strategy is started on the same actions. */
const TRIES = 3;

/** What is kept at the most when nobody asks for another limit. */
const DEFAULTS = { outbox: 1_000, pending: 10_000, dead: 1_000 };

/** Calls of one client that are remembered. */
const RECEIPTS = 256;

/** C10: whatever grows has an end. */
export const bounds: Checker = {
  name: 'C10',
  promise: 'Rows and tries stay below their limits',
  judge(history, final) {
    const findings: Finding[] = [];
    const check = (what: string, count: number, limit: number): void => {
      if (count > limit) findings.push({ checker: 'C10', kind: 'broken', text: `${what}: ${count}, where ${limit} is the limit` });
    };
    const isOneLoop = Object.keys(final.loops).length <= 1;
    if (isOneLoop) {
      check('nudges in the outbox', final.nudges.length, lastOption(history, 'outboxLimit') ?? DEFAULTS.outbox);
      const calls = new Set(final.pending.map(({ seq }) => seq)).size;
      check('pending calls', calls, lastOption(history, 'pendingLimit') ?? DEFAULTS.pending);
      check('dead letters', new Set(final.dead.map(({ seq }) => seq)).size, DEFAULTS.dead);
      check('retained actions', final.history.length, lastOption(history, 'retentionLimit') ?? Number.POSITIVE_INFINITY);
    }
    for (const { n, attempts } of final.dead) check(`tries at action ${n ?? '?'}`, attempts, TRIES);
    for (const { attempts } of Object.values(final.loops)) check('tries at pending work', Math.max(0, ...attempts), TRIES);
    for (const row of (final.raw['documents'] ?? []) as { key?: string; value?: { seen?: unknown[] } }[]) {
      if (row.key?.startsWith('receipts:')) check('receipts of one client', row.value?.seen?.length ?? 0, RECEIPTS);
    }
    return findings;
  },
};
