import { expect, test } from 'vitest';
import { createClient } from '../../../src/page/client.ts';
import { settle } from './fake-browser.ts';
import { setUp } from './takeover-harness.ts';

test('an action that a left worker took is not said to be unsent because the next worker is gone when it comes, and the app ends the client', async () => {
  const { browser, connect, mute, pass, takeOver, registration } = setUp({ fallback: false });
  const { postMessage } = registration.active!;
  const client = connect();
  await client.ready;
  browser.wire.lose('answers');
  const refused = client.record({ steps: 1 }).then(() => 'not refused', ({ code, details }: { code: string; details: object }) => ({ code, ...details }));
  await settle();
  browser.wire.heal();
  takeOver(mute('installing'));
  await pass(4_750);
  browser.clock.advance(150);
  // Just as the silent one is left, there is one of ours again, which is removed once it has answered the greeting.
  const ours = Object.assign(mute('activated'), {
    postMessage(data: unknown, ...given: []) {
      postMessage(data, ...given);
      ours.state = 'redundant';
    },
  });
  registration.active = ours;
  await pass(2_000);
  client.dispose();
  expect(await refused).toMatchObject({ code: 'client.disposed', sent: true });
});

test('a goal that another tab set while the worker was silent is not set back by the page that leaves it, whose goal an earlier worker had taken', async () => {
  const { browser, connect, mute, pass, takeOver, registration } = setUp({ goalState: { steps: 10_000 } });
  const other = browser.openPage();
  const two = createClient({ serviceWorker: other.registration }, other.realm);
  await two.ready;
  // The worker takes the goal, and is replaced before it says so.
  const active = registration.active!;
  const { postMessage } = active;
  let isSent = false;
  active.postMessage = (data, ...given: []) => {
    if ((data as { message?: { path?: readonly string[] } }).message?.path?.[0] === 'setGoalState') {
      isSent = true;
      browser.wire.lose('answers');
    }
    postMessage(data, ...given);
  };
  const one = connect();
  await settle();
  expect(isSent).toBe(true);
  browser.wire.heal();
  takeOver(mute('installing'));
  await pass(2_000);
  await two.setGoalState({ steps: 12_000 });
  await pass(10_000);
  expect(one.state()).toMatchObject({ phase: 'ready', host: 'page' });
  expect((await two.inspect()).loop.goalState).toEqual({ steps: 12_000 });
  one.dispose();
  two.dispose();
});
