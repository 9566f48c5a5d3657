import type { Client, Outcome } from '../kit/client.ts';
import { must } from '../kit/look.ts';
import { faultOptions } from '../kit/options.ts';
import { pastTheEnd } from '../kit/past-the-end.ts';
import type { Row } from '../kit/row.ts';
import type { Session } from '../kit/session.ts';
import { sleep } from '../kit/wait.ts';
import { additions } from './kill-scenarios/additions.ts';
import { deadLetters } from './kill-scenarios/dead-letters.ts';
import { replacements } from './kill-scenarios/replacements.ts';
import type { Scenario } from './kill-scenarios/scenario.ts';

/** More points than any of these calls passes; a run that does not end before that is a defect of the kit. */
const MOST_POINTS = 1_500;

/** How long all points of a call may take, in milliseconds: some have four hundred, and a busy machine needs seconds for each. */
const LIMIT_MS = 1_800_000;

/** A run with fewer than these was not killed where it should have been. */
const FEWEST_POINTS = 4;

/**
 * How long after an answer a worker is taken to be done with what follows from it, in milliseconds. It costs as often as a point must be
 * missed in a row; too short, a busy machine misses points that are there.
 */
const QUIET_MS = 1_000;

/** Every n-th point only, in the short run. */
const QUICK_STEP = 12;

/** How long a worker may take to come to its point, where no answer says that it is past it, in milliseconds. */
const REACH_MS = 30_000;

/** Opens a client whose worker is there already: one whose seconds are so short would not wait for its first start. */
async function openFast(session: Session, options: Scenario['options']): Promise<Client> {
  const first = await session.open({ ...options, speed: 1 });
  await first.close();
  const client = await session.open(options);
  const host = await client.tab.evaluate(() => window.client.state().host);
  must(host === 'service-worker', `the loop is at work in the ${host}, where nothing is killed`);
  return client;
}

/** Kills the worker at its first point, its second, and so on, until runs end before they come to their points. */
async function killEverywhere(session: Session, { name, options, round, isUnrepeatable = false }: Scenario, step: number): Promise<void> {
  const client = await openFast(session, options);
  const isPastTheEnd = pastTheEnd();
  let points = 0;
  for (let point = 1; point < MOST_POINTS; point += step) {
    const { act, check } = await round(client, session, point);
    await session.arm(client, point);
    const call = act();
    const isReachedAfter = async ({ type }: Outcome): Promise<boolean> => {
      // Where no answer comes the worker stands at its point, or is about to.
      if (type !== 'ok') return session.killed(point, REACH_MS);
      await sleep(QUIET_MS);
      return session.isKilled(point);
    };
    let isReached = await Promise.race([session.killed(point, REACH_MS), call.then(isReachedAfter)]);
    if (!isReached) {
      await session.arm(client, 0);
      // While it was disarmed: it would stand there for good.
      isReached = session.isKilled(point);
    }
    if (isReached) {
      points += 1;
      await session.killWorkers();
    }
    const outcome = await call;
    const { type, code } = outcome;
    const isRight = type === 'ok' || (type === 'info' && isUnrepeatable && isReached);
    must(isRight, `${name}, killed at point ${point}: ${type} ${code}`);
    await check?.(outcome).catch((error: Error) => {
      throw new Error(`${name}, killed at point ${point} (${type}): ${error.message}`);
    });
    if (isPastTheEnd(isReached)) {
      must(points >= FEWEST_POINTS, `${name} passed ${points} kill points only`);
      session.note('kill points', { scenario: name, points });
      await client.close();
      return;
    }
  }
  throw new Error(`${name} passed ${MOST_POINTS} kill points and did not end`);
}

/** The exhaustive row: a worker that dies at each place where it can. Each call has a session, so that none excuses what another lost. */
export const rows: readonly Row[] = [...additions, ...replacements, ...deadLetters].map((scenario) => ({
  row: 1,
  fault: `the worker dies at every single await: ${scenario.name}`,
  promise: scenario.isUnrepeatable === true ? 'The call is answered or left open, and happened as a whole, once or not at all' : 'The call is answered, and happened once',
  judge: ['C1', 'C2', 'C3', 'C4', 'C5', 'C6', 'C9', 'C10'],
  quick: scenario.quick === true,
  isolated: true,
  limit: LIMIT_MS,
  run: (session) => killEverywhere(session, scenario, faultOptions.quick ? QUICK_STEP : 1),
}));
