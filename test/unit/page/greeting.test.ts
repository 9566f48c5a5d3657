import { expect, test } from 'vitest';
import { createGreeting } from '../../../src/page/loop/greeting.ts';
import { createLoopLife, type LoopLife } from '../../../src/page/loop/loop-life.ts';
import { createStandingGoal } from '../../../src/page/loop/standing-goal.ts';
import type { Session } from '../../../src/page/session/session-types.ts';
import type { Hello } from '../../../src/protocol/api.ts';
import { settle } from './fake-browser.ts';

test('a page that leaves its host while it greets again is asked to greet once more by nobody before that greeting ends', async () => {
  const answers: ((hello: Hello) => void)[] = [];
  const greet = () => new Promise<Hello>((resolve) => void answers.push(resolve));
  const session = { greet } as unknown as Session;
  const life: LoopLife = { note: () => undefined, heardErasures: () => 0, name: () => '', end: () => undefined, forget: () => undefined };
  const { renew } = createGreeting({ name: 'default', settings: {}, goal: createStandingGoal({ name: 'default', goalState: undefined, session, life }), session, life, around: (work) => work() });
  renew();
  renew(true);
  answers[0]?.({} as Hello);
  await settle();
  renew();
  expect(answers).toHaveLength(2);
  answers[1]?.({} as Hello);
  await settle();
  renew();
  expect(answers).toHaveLength(3);
});

test('a page that hears of another life of its loop while it looks looks once more, since the answer on its way is older', async () => {
  const answers: (() => void)[] = [];
  const inspect = () => new Promise((resolve) => void answers.push(() => resolve({ host: {}, inspection: {} })));
  const session = { call: inspect, isConnected: () => true, knownEpoch: () => 'epoch' } as unknown as Session;
  const life = createLoopLife(() => undefined);
  const { learn } = createGreeting({ name: 'default', settings: {}, goal: createStandingGoal({ name: 'default', goalState: undefined, session, life }), session, life, around: (work) => work() });
  let isKnown = false;
  void learn(true);
  await settle();
  void learn(true).then(() => (isKnown = true));
  await settle();
  answers[0]?.();
  await settle();
  expect(answers).toHaveLength(2);
  expect(isKnown).toBe(false);
  answers[1]?.();
  await settle();
  expect(isKnown).toBe(true);
});
