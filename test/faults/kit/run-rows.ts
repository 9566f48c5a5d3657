import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Engine } from '../engines/engine.ts';
import { judge, type Finding } from './checkers.ts';
import { givenActions } from './checkers/facts.ts';
import { callsOf } from './history.ts';
import { must } from './look.ts';
import { leftOut } from './report.ts';
import type { Row, RowResult } from './row.ts';
import { Session } from './session.ts';
import { within } from './wait.ts';

/** A row's time limit by default, in milliseconds, including the drain at its end. */
const LIMIT_MS = 180_000;

/** The options of a run. */
export interface RunOptions {
  readonly engine: Engine;
  readonly seed: number;
  /** Called with each result as it comes. */
  readonly told: (result: RowResult) => void;
}

/** Runs rows one after the other, each in its own session, and judges them. */
export async function runRows(rows: readonly Row[], { engine, seed, told }: RunOptions): Promise<RowResult[]> {
  const results: RowResult[] = [];
  const runs = new Map<number, number>();
  for (const row of rows) {
    const run = (runs.get(row.row) ?? 0) + 1;
    runs.set(row.row, run);
    const result = await runRow(row, engine, seed, `${engine.name}-${row.row}${run === 1 ? '' : `-${run}`}`);
    results.push(result);
    told(result);
  }
  return results;
}

/** @param name of its history's file: several rows may have one number */
async function runRow(row: Row, engine: Engine, seed: number, name: string): Promise<RowResult> {
  const from = Date.now();
  const why = await row.notRun?.(engine);
  if (why !== undefined) return resultOf(row, engine, from, undefined, [], [why]);
  let session: Session | undefined;
  let findings: Finding[] = [];
  const reasons: string[] = [];
  try {
    const made = await Session.create({
      engine,
      seed: seed * 100 + row.row,
      isolated: row.isolated === true,
      ...(row.launch === undefined ? {} : { launch: row.launch }),
    });
    session = made;
    const judged = async (): Promise<void> => {
      await row.run(made);
      const final = await made.final();
      const { events } = made.history;
      findings = judge(row.judge, events, final);
      // If every action of a row was refused, C1 has nothing to judge.
      const isJudged = !row.judge.includes('C1') || givenActions(events).some(({ end }) => end?.type === 'ok');
      must(isJudged, 'no call that gives actions was acknowledged, so nothing could be lost');
    };
    await within(row.limit ?? LIMIT_MS, judged(), `row ${row.row}`);
  } catch (error) {
    reasons.push(error instanceof Error ? error.message : String(error));
    if (process.env['FAULTS_DEBUG'] !== undefined) console.error(error);
  } finally {
    await keepHistory(name, session?.history.events ?? []);
    await session?.dispose().catch((error: unknown) => reasons.push(String(error)));
  }
  return resultOf(row, engine, from, session, findings, [...reasons, ...findings.map(({ checker, kind, text }) => `${checker} ${kind}: ${text}`)], true);
}

/** The folder with the histories of the last run, one line for each event. */
export const HISTORIES = fileURLToPath(new URL('../../../.cache/faults-history/', import.meta.url));

/**
 * Keeps a history, to find out why a row failed.
 *
 * @param name of the file
 * @param events one line each
 */
export async function keepHistory(name: string, events: readonly unknown[]): Promise<void> {
  await mkdir(HISTORIES, { recursive: true });
  await writeFile(`${HISTORIES}${name}.jsonl`, events.map((event) => `${JSON.stringify(event)}\n`).join(''));
}

function resultOf(
  { row, fault }: Row,
  { name }: Engine,
  from: number,
  session: Session | undefined,
  findings: readonly Finding[],
  reasons: readonly string[],
  isRun = false,
): RowResult {
  const events = session?.history.events ?? [];
  const calls = callsOf(events).filter(({ invoke }) => invoke.op !== 'connect');
  const count = (wanted: Finding['kind']): number => findings.filter(({ kind }) => kind === wanted).length;
  return {
    row,
    fault,
    engine: name,
    outcome: isRun ? (reasons.length === 0 ? 'passed' : 'failed') : 'not run',
    tried: calls.length,
    acked: calls.filter(({ end }) => end?.type === 'ok').length,
    lost: count('lost'),
    doubled: count('doubled'),
    hung: count('hung'),
    killPoints: events.filter(({ type, op }) => type === 'seen' && op === 'kill point reached').length,
    notRunParts: leftOut(events),
    reasons,
    took: Date.now() - from,
  };
}
