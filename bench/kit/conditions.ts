import { readFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { calibrate, type Calibration } from './calibrate.ts';
import { shortNumber } from './short-number.ts';

/** How the machine stood at one instant. */
export interface Moment {
  /** The load averages of 1, 5 and 15 minutes. */
  readonly load: readonly number[];
  readonly calibration: Calibration;
  /** Ticks of all processors since the system started; null where there is no `/proc`. */
  readonly ticks: Ticks | null;
}

/** Ticks of processors. */
export interface Ticks {
  readonly all: number;
  /** Those in which the host of a virtual machine ran somebody else. */
  readonly stolen: number;
}

/** In which state of the machine a run was made: figures of two runs mean little to each other without it. */
export interface Conditions {
  readonly before: Moment;
  /** Null while the run goes on. */
  readonly after: Moment | null;
}

/** Looks at the machine, now. */
export async function readMoment(): Promise<Moment> {
  // The load first, since to calibrate is a load too.
  const load = loadavg();
  const stat = await readFile('/proc/stat', 'utf8').catch(() => '');
  return { load, ticks: ticksOf(stat), calibration: await calibrate() };
}

/** Reads `/proc/stat`, whose first line sums all processors up: user, nice, system, idle, iowait, irq, softirq, steal. */
export function ticksOf(stat: string): Ticks | null {
  const found = /^cpu +((?:\d+ ){7}\d+)/.exec(stat)?.[1];
  if (found === undefined) return null;
  const ticks = found.split(' ').map(Number);
  return { all: ticks.reduce((sum, count) => sum + count, 0), stolen: ticks[7]! };
}

/** The conditions in a sentence. */
export function conditionsText({ before, after }: Conditions): string {
  const moments = after === null ? [before] : [before, after];
  const each = (read: (moment: Moment) => number): string => moments.map((moment) => shortNumber(read(moment))).join(' and ');
  return [
    `load average ${each(({ load }) => load[0]!)}`,
    ...stolenText(before.ticks, after?.ticks ?? null),
    `a fixed spin of the processor ${each(({ calibration }) => calibration.spinMs)} ms`,
    `a message to a thread and back ${each(({ calibration }) => calibration.pingUs)} µs`,
    `160 bytes written and synced ${each(({ calibration }) => calibration.syncUs)} µs${after === null ? '' : '; each before and after the run'}`,
  ].join(', ');
}

function stolenText(before: Ticks | null, after: Ticks | null): string[] {
  if (before === null || after === null || after.all === before.all) return [];
  const share = (after.stolen - before.stolen) / (after.all - before.all);
  return [`${shortNumber(100 * share)} % of the processors' time stolen by the host during the run`];
}
