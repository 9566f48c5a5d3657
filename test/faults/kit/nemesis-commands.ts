import * as fc from 'fast-check';

/** Where a tab's host runs: in a worker, or in the page itself. */
export type HostKind = 'worker' | 'page';

/** One step: a client's call or a fault. `tab` is taken modulo the number of open tabs, so any number names one. */
export type Step =
  | { readonly kind: 'record'; readonly tab: number; readonly count: number }
  | { readonly kind: 'setGoalState'; readonly tab: number; readonly steps: number }
  | { readonly kind: 'acknowledge' | 'suggest' | 'export' | 'import' | 'close' | 'reload'; readonly tab: number }
  | { readonly kind: 'erase'; readonly tab: number; readonly all: boolean }
  | { readonly kind: 'open'; readonly host: HostKind }
  | { readonly kind: 'freeze' | 'stall'; readonly tab: number; readonly ms: number }
  | { readonly kind: 'clock'; readonly ms: number }
  | { readonly kind: Fault };

/** Steps without further data. `settle` waits for all calls. */
type Fault = 'settle' | 'stop workers' | 'kill the browser' | 'offline' | 'online' | 'fill the disk' | 'free the disk' | 'new version';

/** A sequence: which worker runs, and what happens. */
export interface Sequence {
  /** The ready-made worker, or an app's own with a strategy that runs after the answer. */
  readonly worker: 'ready-made' | 'own';
  readonly steps: readonly (Step & { readonly pause: number })[];
}

const HOUR = 3_600_000;
const YEAR = 365 * 24 * HOUR;

const tab = fc.nat(3);
const bare = (kind: 'acknowledge' | 'suggest' | 'export' | 'import' | 'close' | 'reload') => fc.record({ kind: fc.constant(kind), tab });
const fault = (...kinds: Fault[]) => fc.record({ kind: fc.constantFrom(...kinds) });

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 16, arbitrary: fc.record({ kind: fc.constant('record' as const), tab, count: fc.integer({ min: 1, max: 4 }) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('setGoalState' as const), tab, steps: fc.integer({ min: 1, max: 20_000 }) }) },
  { weight: 3, arbitrary: bare('acknowledge') },
  { weight: 2, arbitrary: bare('suggest') },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('erase' as const), tab, all: fc.boolean() }) },
  { weight: 1, arbitrary: bare('export') },
  { weight: 1, arbitrary: bare('import') },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('open' as const), host: fc.constantFrom<HostKind>('worker', 'worker', 'page') }) },
  { weight: 2, arbitrary: bare('close') },
  { weight: 2, arbitrary: bare('reload') },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('freeze' as const), tab, ms: fc.integer({ min: 50, max: 600 }) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('stall' as const), tab, ms: fc.integer({ min: 50, max: 500 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('clock' as const), ms: fc.constantFrom(0, HOUR, -HOUR, YEAR, -YEAR) }) },
  { weight: 5, arbitrary: fault('stop workers') },
  { weight: 1, arbitrary: fault('kill the browser') },
  { weight: 2, arbitrary: fault('offline', 'online') },
  { weight: 2, arbitrary: fault('fill the disk', 'free the disk') },
  { weight: 2, arbitrary: fault('new version') },
  { weight: 3, arbitrary: fault('settle') },
);

/** Random sequences. A failing one shrinks to fewer and simpler steps. */
export const sequences: fc.Arbitrary<Sequence> = fc.record({
  worker: fc.constantFrom('ready-made' as const, 'own' as const),
  steps: fc.array(
    // How long to wait after the previous step, in milliseconds.
    fc.tuple(step, fc.nat(40)).map(([step, pause]) => ({ ...step, pause })),
    { minLength: 8, maxLength: 25, size: 'max' },
  ),
});

/** A sequence as a readable list, one line for each step. */
export function describe({ worker, steps }: Sequence): string[] {
  const lines = steps.map(({ kind, pause, ...rest }) => {
    const given = Object.entries(rest).map(([name, value]) => `${name} ${String(value)}`);
    return `after ${pause} ms: ${[kind, ...given].join(', ')}`;
  });
  return [`(${worker} worker)`, ...lines];
}
