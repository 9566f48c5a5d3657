import { expect, test } from 'vitest';
import { setUp } from './takeover-harness.ts';

test.each(['at its first greeting', 'at the greeting of another loop', 'when it has left its worker'])('a client that a listener disposes of %s stays disposed', async (when) => {
  const { connect, mute, pass, takeOver } = setUp();
  const client = connect();
  if (when !== 'at its first greeting') await client.ready;
  const watched = when === 'at the greeting of another loop' ? client.loop('other') : client;
  const wanted = when === 'when it has left its worker' ? 'page' : 'service-worker';
  watched.on('status', ({ host }) => host === wanted && client.dispose());
  if (wanted === 'page') takeOver(mute('installing'));
  await pass(12_000);
  expect([watched.state(), client.state()]).toMatchObject([{ phase: 'disposed', host: wanted }, { phase: 'disposed' }]);
});
