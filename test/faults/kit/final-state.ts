/** An action as it was found in the end. */
export interface FoundAction {
  readonly loop: string;
  readonly seq: number;
  /** Its unique number; undefined if the harness did not make it. */
  readonly n: number | undefined;
}

/** A nudge as it was found in the outbox. */
export interface FoundNudge {
  readonly loop: string;
  readonly seq: number;
  readonly id: string;
  readonly cause: string;
  /** The numbers of the actions that it judges. */
  readonly ns: readonly number[];
}

/** What the public client returns of a loop's history. */
export interface ToldHistory {
  readonly loop: string;
  /** The most actions that it was asked for: the newest, in order from the oldest. */
  readonly limit: number;
  readonly ns: readonly (number | undefined)[];
}

/** What a page without earlier knowledge finds after everything was healed and drained. */
export interface FinalState {
  /** The life of the database; null if there is none. */
  readonly epoch: string | null;
  /** Retained actions, in the stored order. */
  readonly history: readonly FoundAction[];
  readonly pending: readonly FoundAction[];
  readonly dead: readonly (FoundAction & { readonly attempts: number; readonly code: string })[];
  readonly nudges: readonly FoundNudge[];
  /**
   * Per loop: how many actions and nudges its life has had, including removed ones, and the attempts at its pending
   * work.
   */
  readonly loops: Readonly<Record<string, { readonly actions: number; readonly nudges: number; readonly attempts: readonly number[] }>>;
  /** The number of rows in each store. */
  readonly rows: Readonly<Record<string, number>>;
  /** Milliseconds from the heal until nothing was pending; null if that took too long. */
  readonly drained: number | null;
  /** Where `Object.prototype` was found changed. */
  readonly polluted: readonly string[];
  /** What the public client says of the same, for each loop that it was asked about. */
  readonly told: readonly ToldHistory[];
  /** A text that must not appear in anything that was told or logged. */
  readonly canary: string;
  /** Everything that is stored, store by store. */
  readonly raw: Readonly<Record<string, readonly unknown[]>>;
}

interface Row {
  readonly loop: string;
  readonly seqs: readonly number[];
  readonly values: readonly unknown[];
}

interface State {
  readonly history: { readonly next: number };
  readonly outbox: { readonly next: number };
  readonly tries?: Readonly<Record<string, { readonly attempts: number; readonly done: number }>>;
}

/**
 * Reads what the stores contain.
 *
 * @param raw the rows of every store
 * @param rest what else was found
 */
export function readFinalState(
  raw: Readonly<Record<string, readonly unknown[]>>,
  rest: Pick<FinalState, 'drained' | 'polluted' | 'told' | 'canary'>,
): FinalState {
  const states = ((raw['documents'] ?? []) as { loop: string; key: string; value: State }[]).filter(({ key }) => key === 'state');
  const journal = (store: string) =>
    ((raw[store] ?? []) as Row[])
      .filter((row) => Array.isArray(row?.seqs) && Array.isArray(row.values))
      .flatMap(({ loop, seqs, values }) => seqs.map((seq, index) => ({ loop, seq, value: values[index] })))
      .sort((a, b) => (a.loop === b.loop ? a.seq - b.seq : a.loop < b.loop ? -1 : 1));
  const actionsOf = (store: string) =>
    journal(store).flatMap(({ loop, seq, value }) => {
      const { actions = [], attempts = 0, reason } = (value ?? {}) as {
        actions?: readonly unknown[];
        attempts?: number;
        reason?: { code?: string };
      };
      // If a call is processed in parts, the finished part stays in the row.
      const done = store === 'pending' ? (states.find((state) => state.loop === loop)?.value.tries?.[seq]?.done ?? 0) : 0;
      return actions.slice(done).map((action) => ({ loop, seq, n: numberOf(action), attempts, code: reason?.code ?? '' }));
    });
  return {
    ...rest,
    raw,
    epoch: typeof raw['meta']?.[0] === 'string' ? raw['meta'][0] : null,
    history: journal('history').map(({ loop, seq, value }) => ({ loop, seq, n: numberOf(value) })),
    pending: actionsOf('pending'),
    dead: actionsOf('dead'),
    nudges: journal('outbox').map(({ loop, seq, value }) => {
      const { id = '', cause = '', suggestions = [] } = (value ?? {}) as {
        id?: string;
        cause?: string;
        suggestions?: readonly unknown[];
      };
      return { loop, seq, id, cause, ns: suggestions.map(numberOf).filter((n) => n !== undefined) };
    }),
    loops: Object.fromEntries(
      states.map(({ loop, value }) => [
        loop,
        { actions: value.history?.next ?? 0, nudges: value.outbox?.next ?? 0, attempts: Object.values(value.tries ?? {}).map(({ attempts }) => attempts) },
      ]),
    ),
    rows: Object.fromEntries(Object.entries(raw).map(([store, rows]) => [store, rows.length])),
  };
}

function numberOf(action: unknown): number | undefined {
  const n = typeof action === 'object' && action !== null ? (action as { n?: unknown }).n : undefined;
  return typeof n === 'number' ? n : undefined;
}
