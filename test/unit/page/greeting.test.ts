import { expect, test } from 'vitest';
import { createGreeting } from '../../../src/page/loop/greeting.ts';
import { createLoopLife } from '../../../src/page/loop/loop-life.ts';
import { createStandingGoal } from '../../../src/page/loop/standing-goal.ts';
import type { Session } from '../../../src/page/session/session-types.ts';
import type { Hello } from '../../../src/protocol/api.ts';
import { settle } from './fake-browser.ts';

/** The greeting of a loop without a goal, and the answers to what it asks the host, which come when the test says so. */
function setUp() {
  const hellos: (() => void)[] = [];
  const looks: (() => void)[] = [];
  const session = {
    greet: () => new Promise<Hello>((resolve) => void hellos.push(() => resolve({} as Hello))),
    call: () => new Promise((resolve) => void looks.push(() => resolve({ host: {}, inspection: {} }))),
    isConnected: () => true,
    knownEpoch: () => 'epoch',
  } as unknown as Session;
  const life = createLoopLife(() => undefined);
  const goal = createStandingGoal({ name: 'default', goalState: undefined, session, life });
  return { ...createGreeting({ name: 'default', settings: {}, goal, session, life, around: (work) => work() }), hellos, looks };
}

test('a page that leaves its host while it greets again is asked to greet once more by nobody before that greeting ends', async () => {
  const { renew, hellos } = setUp();
  renew();
  renew(true);
  hellos[0]?.();
  await settle();
  renew();
  expect(hellos).toHaveLength(2);
  hellos[1]?.();
  await settle();
  renew();
  expect(hellos).toHaveLength(3);
});

test('a host that forgot the loop while it was greeted is greeted again by the next call, though its answer comes', async () => {
  const { open, forget, hellos } = setUp();
  const early = open();
  forget();
  hellos[0]?.();
  await early;
  void open();
  await settle();
  expect(hellos).toHaveLength(2);
});

test('a page that hears of another life of its loop while it looks looks once more, since the answer on its way is older', async () => {
  const { learn, looks } = setUp();
  let isKnown = false;
  void learn(true);
  await settle();
  void learn(true).then(() => (isKnown = true));
  await settle();
  looks[0]?.();
  await settle();
  expect(looks).toHaveLength(2);
  expect(isKnown).toBe(false);
  looks[1]?.();
  await settle();
  expect(isKnown).toBe(true);
});
