import type { NudgeloopError } from 'nudgeloop';
import { expect, test, vi } from 'vitest';
import { setUp } from './takeover-harness.ts';

// In a file of its own: a module that never loads would stay so for the tests behind this one.
test('if the app ends the client while the page loads what would host the loop, each call ends at once', async () => {
  vi.doMock('../../../src/page/session/in-page-host.ts', () => new Promise(() => undefined));
  const { connect, mute, pass, takeOver } = setUp();
  const client = connect();
  await client.record({ steps: 1 });
  takeOver(mute('installing'));
  const refused = client.record({ steps: 2 }).then(
    () => 'not refused',
    ({ code, details }: NudgeloopError) => [code, details?.['sent']],
  );
  await pass(6_000);
  client.dispose();
  expect(await refused).toEqual(['client.disposed', true]);
});
