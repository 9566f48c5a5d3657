import * as fc from 'fast-check';
import { TabGone, type Engine } from '../engines/engine.ts';
import type { Finding } from './checkers.ts';
import { callsOf } from './history.ts';
import { describe, sequences, type Sequence } from './nemesis-commands.ts';
import { NemesisWorld } from './nemesis-world.ts';
import { smallDisk } from './room.ts';
import type { RowResult } from './row.ts';
import { keepHistory } from './run-rows.ts';
import { Session } from './session.ts';
import { within } from './wait.ts';

/** The options of the random rounds. */
export interface NemesisOptions {
  readonly engine: Engine;
  readonly seed: number;
  readonly rounds: number;
  readonly told: (result: RowResult) => void;
}

/** How long to shrink a failing sequence, in milliseconds. */
const SHRINK_MS = 120_000;

/** The time limit of one sequence, in milliseconds. */
const ROUND_MS = 60_000;

/**
 * Rounds with the same browser, since one that has lived long behaves differently from a fresh one. Each such part
 * reports its own result: in a slow browser, two hundred rounds take an hour.
 */
const ROUNDS_PER_BROWSER = 50;

interface Sums {
  tried: number;
  acked: number;
}

/** The faults that a browser was told to cause: how many occurred, and how many it refused. */
interface Faults {
  came: number;
  refused: number;
}

/** What the world notes of faults that occurred. */
const CAME: ReadonlySet<string> = new Set(['workers stopped', 'browser killed', 'frozen', 'stalled', 'new version']);

/**
 * Runs random sequences of calls and faults, one each round, and judges each. Each round has its own seed: the first
 * has the given one, and each further round the next number. So a failed round runs again alone, with its seed and one
 * round.
 */
export async function runNemesis({ seed, rounds, ...rest }: NemesisOptions): Promise<RowResult[]> {
  const results: RowResult[] = [];
  for (let first = 0; first < rounds; first += ROUNDS_PER_BROWSER) {
    results.push(await runPart({ ...rest, seed: seed + first, rounds: Math.min(ROUNDS_PER_BROWSER, rounds - first) }));
  }
  return results;
}

async function runPart({ engine, seed, rounds, told }: NemesisOptions): Promise<RowResult> {
  const from = Date.now();
  const sums: Sums = { tried: 0, acked: 0 };
  const faults: Faults = { came: 0, refused: 0 };
  const findings: Finding[] = [];
  const reasons: string[] = [];
  const crashed: number[] = [];
  let session: Session | undefined;
  let world: NemesisWorld | undefined;

  const renew = async (number: number): Promise<NemesisWorld> => {
    await session?.dispose();
    session = await Session.create({ engine, seed: number, launch: smallDisk });
    return new NemesisWorld(session);
  };

  /**
   * Runs one sequence. If the kit itself failed in a browser, that is not used again. If a browser ended by itself,
   * that is not the sequence's fault, unless the next browser also ends in it.
   */
  const run = async (number: number, sequence: Sequence): Promise<readonly Finding[]> => {
    const used = (world ??= await renew(number));
    try {
      const judged = await within(ROUND_MS, used.run(sequence), 'the sequence');
      const calls = callsOf(judged.events).filter(({ invoke }) => invoke.op !== 'connect');
      sums.tried += calls.length;
      sums.acked += calls.filter(({ end }) => end?.type === 'ok').length;
      faults.came += judged.events.filter(({ op }) => CAME.has(op)).length;
      faults.refused += judged.events.filter(({ op }) => op === 'no fault').length;
      if (judged.findings.length > 0) await keepHistory(`${engine.name}-seed-${number}`, [...judged.events, judged.final]);
      return judged.findings;
    } catch (error) {
      world = undefined;
      if (!isBrowserGone(error) || crashed.includes(number)) throw error;
      crashed.push(number);
      return run(number, sequence);
    }
  };

  try {
    for (let round = 0; round < rounds; round += 1) {
      const failed = await tryRound(seed + round, (sequence) => run(seed + round, sequence));
      if (failed === undefined) continue;
      findings.push(...failed.findings);
      reasons.push(failed.text);
    }
  } catch (error) {
    reasons.push(String(error));
  } finally {
    await session?.dispose().catch((error: unknown) => reasons.push(String(error)));
  }
  if (faults.refused > faults.came) reasons.push(`${faults.refused} faults were refused by the browser, and ${faults.came} came: too few to show anything`);
  const parts = [
    ...(crashed.length === 0 ? [] : [`a browser that ended by itself (seed ${crashed.join(', ')}: run again in another)`]),
    ...(faults.refused === 0 ? [] : [`${faults.refused} of ${faults.refused + faults.came} faults, which the browser refused`]),
    ...(engine.name === 'chromium' ? [] : ['frozen pages (only Chromium can be told to freeze one)']),
  ];
  const count = (wanted: Finding['kind']): number => findings.filter(({ kind }) => kind === wanted).length;
  const result: RowResult = {
    row: 0,
    fault: `random: ${rounds} sequences of calls and faults, from seed ${seed}`,
    engine: engine.name,
    outcome: reasons.length === 0 ? 'passed' : 'failed',
    ...sums,
    lost: count('lost'),
    doubled: count('doubled'),
    hung: count('hung'),
    ...(parts.length === 0 ? {} : { notRunParts: parts }),
    reasons,
    took: Date.now() - from,
  };
  told(result);
  return result;
}

/** Whether a command found no browser any more. Whoever kills one waits until it runs again, so it ended by itself. */
function isBrowserGone(error: unknown): boolean {
  return error instanceof TabGone && error.what === 'the browser';
}

/** One round: makes a sequence, runs it, and if it fails looks for a smaller one that also fails. */
async function tryRound(
  seed: number,
  run: (sequence: Sequence) => Promise<readonly Finding[]>,
): Promise<{ readonly findings: readonly Finding[]; readonly text: string } | undefined> {
  let failedAt = 0;
  let failed: { readonly sequence: Sequence; readonly findings: readonly Finding[]; readonly error: string } | undefined;
  const property = fc.asyncProperty(sequences, async (sequence) => {
    // After the time limit, everything counts as passed, which ends the search.
    if (failedAt > 0 && Date.now() - failedAt > SHRINK_MS) return true;
    let findings: readonly Finding[] = [];
    let error = '';
    try {
      findings = await run(sequence);
    } catch (thrown) {
      error = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
    }
    if (findings.length === 0 && error === '') return true;
    failedAt ||= Date.now();
    failed = { sequence, findings, error };
    return false;
  });
  await fc.check(property, { seed, numRuns: 1, unbiased: true });
  if (failed === undefined) return undefined;
  const { sequence, findings, error } = failed;
  const found = findings.map(({ checker, kind, text }) => `${checker} ${kind}: ${text}`);
  const text = [
    `${sequence.steps.length} steps fail; again by --only nemesis --rounds 1 --seed ${seed}`,
    ...(error === '' ? found : [error]),
    ...describe(sequence),
  ];
  return { findings, text: text.join('\n        ') };
}
