import type { HistoryEvent } from './history.ts';

/** The result of a row. */
export interface RowResult {
  readonly row: number;
  readonly fault: string;
  readonly engine: string;
  readonly outcome: 'passed' | 'failed' | 'not run';
  /** Calls that were tried. */
  readonly tried: number;
  /** Calls that were acknowledged. */
  readonly acked: number;
  readonly lost: number;
  readonly doubled: number;
  readonly hung: number;
  /** How often a worker was killed at a kill point. @default 0 */
  readonly killPoints?: number;
  /** Which parts did not run, each with the reason: this engine, this user, a missing tool. @default none */
  readonly notRunParts?: readonly string[];
  /** Why it failed or did not run; empty if it passed. */
  readonly reasons: readonly string[];
  /** Milliseconds. */
  readonly took: number;
}

/** What the checkers found in one drain. */
export interface DrainProof {
  readonly drain: string;
  /** Kill points at which its worker was killed. */
  readonly points: number;
  /** How many findings of each kind there were. */
  readonly found: Readonly<Record<string, number>>;
  /** The kinds that must be found, and no others. */
  readonly expected: readonly string[];
  readonly isRight: boolean;
}

/** The results of all drains. */
export interface Proof {
  readonly isProved: boolean;
  readonly drains: readonly DrainProof[];
}

/** The result of a run, as `--json` prints it. */
export interface Report {
  readonly engine: string;
  /** The engine's version, as reported by the browser. */
  readonly version: string;
  readonly seed: number;
  readonly rounds: number;
  /** Sums over all rows. */
  readonly acked: number;
  readonly lost: number;
  readonly doubled: number;
  readonly hung: number;
  /** The number of rows with this outcome. */
  readonly passed: number;
  readonly failed: number;
  readonly notRun: number;
  /** What the checkers found in the broken drains, before they judged any row. */
  readonly proof: Proof;
  readonly rows: readonly RowResult[];
}

/** Sums up a run. */
export function reportOf(
  { name, version }: { readonly name: string; readonly version: string },
  { seed, rounds }: { readonly seed: number; readonly rounds: number },
  proof: Proof,
  rows: readonly RowResult[],
): Report {
  const sum = (field: 'acked' | 'lost' | 'doubled' | 'hung'): number => rows.reduce((total, row) => total + row[field], 0);
  const count = (wanted: RowResult['outcome']): number => rows.filter(({ outcome }) => outcome === wanted).length;
  return {
    engine: name,
    version,
    seed,
    rounds,
    acked: sum('acked'),
    lost: sum('lost'),
    doubled: sum('doubled'),
    hung: sum('hung'),
    passed: count('passed'),
    failed: count('failed'),
    notRun: count('not run'),
    proof,
    rows,
  };
}

/** Whether everything is fine: the checkers are proved, and no row failed. */
export function isWell({ proof, failed, lost, doubled, hung }: Report): boolean {
  return proof.isProved && failed + lost + doubled + hung === 0;
}

/** The proof, in one line. */
export function lineOfProof({ drains }: Proof): string {
  const parts = drains.map(({ drain, points, found, isRight }) => {
    const kinds = Object.entries(found).map(([kind, count]) => `${count} ${kind}`);
    return `${drain}: ${kinds.join(', ') || 'nothing'} at ${points} kill points${isRight ? '' : ' (WRONG)'}`;
  });
  return `proof: ${parts.join('; ')}`;
}

/** A row's result, in one line. The reasons of a failure follow in lines of their own. */
export function lineOfRow({ row, fault, outcome, notRunParts = [], killPoints = 0, reasons, ...result }: RowResult): string {
  const head = `${String(row).padStart(2)}  ${fault}`.padEnd(52);
  if (outcome === 'not run') return `${head} not run: ${reasons.join('; ')}`;
  const parts = notRunParts.length === 0 ? '' : `, ${outcome === 'passed' ? 'but for' : 'not run:'} ${notRunParts.join(' and ')}`;
  const { tried, acked, lost, doubled, hung, took } = result;
  const points = killPoints === 0 ? '' : `${killPoints} kill points, `;
  const numbers = `${points}${tried} tried, ${acked} acked, ${lost} lost, ${doubled} doubled, ${hung} hung, ${(took / 1000).toFixed(1)} s`;
  const shown = reasons.slice(0, 8).map((reason) => `\n      ${reason}`);
  const more = reasons.length > 8 ? `\n      and ${reasons.length - 8} more` : '';
  return `${head} ${outcome}${parts}: ${numbers}${shown.join('')}${more}`;
}

/** The sums, in one line. */
export function lineOfSums({ acked, lost, doubled, hung, passed, failed, notRun, rows }: Report): string {
  const partly = rows.filter(({ outcome, notRunParts = [] }) => outcome === 'passed' && notRunParts.length > 0).length;
  const inPart = partly === 0 ? '' : ` (${partly} of them but for a part)`;
  return `${acked} acked, ${lost} lost, ${doubled} doubled, ${hung} hung; ${passed} rows passed${inPart}, ${failed} failed, ${notRun} not run`;
}

/** What is noted where a row skips a part. */
export const LEFT_OUT = 'part not run';

/** The skipped parts, each once, with the reason. */
export function leftOut(events: readonly HistoryEvent[]): string[] {
  return [...new Set(events.filter(({ type, op }) => type === 'seen' && op === LEFT_OUT).map(({ value }) => value as string))];
}
