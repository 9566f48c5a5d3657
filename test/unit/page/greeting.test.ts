import { expect, test } from 'vitest';
import { createGreeting } from '../../../src/page/loop/greeting.ts';
import type { LoopLife } from '../../../src/page/loop/loop-life.ts';
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
