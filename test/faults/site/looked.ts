/** What is looked at of a loop's state, as a transaction found it or left it. */
export interface Looked {
  readonly loop: string;
  /** The life of the loop: another one after it was erased. */
  readonly life: string;
  /** The number of the newest run over the pending work. */
  readonly fence: number;
  /** Pending calls that were ever worked off. */
  readonly done: number;
  /** How far the tries at the others have come, as text. */
  readonly tries: string;
  /** The same without how often each was tried, and when it is tried again. */
  readonly tried: string;
  /** How often they were tried, together. */
  readonly attempts: number;
  readonly counts: Readonly<Record<(typeof JOURNALS)[number], number>>;
}

/** The key of the tries at a changed goal. */
const GOAL_TRY = -1;

export const JOURNALS = ['history', 'pending', 'outbox', 'dead'] as const;

/** Reads a state document; undefined for what is none. */
export function looked(document: unknown): Looked | undefined {
  try {
    return lookedAt(document);
  } catch {
    // Any script may write rows, and hostile ones hold what makes no number and no text. Thrown from here it would abort the transaction.
    return undefined;
  }
}

function lookedAt(document: unknown): Looked | undefined {
  const { loop, key, value } = (document ?? {}) as { loop?: unknown; key?: unknown; value?: { incarnation?: unknown; fence?: unknown; tries?: object } };
  if (typeof loop !== 'string' || key !== 'state' || typeof value?.incarnation !== 'string') return undefined;
  const journals = value as unknown as Record<string, { next?: unknown; count?: unknown } | undefined>;
  const counts = Object.fromEntries(JOURNALS.map((name) => [name, Number(journals[name]?.count)])) as Looked['counts'];
  // Not those at a changed goal, which end with the goal: whoever sets the next one takes them away.
  const known = { ...value.tries, [GOAL_TRY]: null } as Readonly<Record<string, { attempts?: unknown } | null>>;
  const tries = JSON.stringify(known);
  const tried = JSON.stringify(known, (name, inner: unknown) => (name === 'attempts' || name === 'until' ? undefined : inner));
  const attempts = Object.values(known).reduce((sum, each) => sum + Number(each?.attempts ?? 0), 0);
  const [fence, done] = [Number(value.fence), Number(journals['pending']?.next) - counts.pending];
  return { loop, life: value.incarnation, fence, done, tries, tried, attempts, counts };
}

/**
 * Whether a transaction did work of the loop. A host that was overtaken takes its try back, so that it does not count
 * against the action: that is none.
 */
export function isWork(before: Looked, after: Looked): boolean {
  const takesBack = after.tried === before.tried && after.attempts === before.attempts - 1;
  return after.done > before.done || (after.tries !== before.tries && !takesBack);
}
