import { NudgeloopProvider } from 'nudgeloop/react';
import { StrictMode } from 'react';
import { expect, test } from 'vitest';
import { cdp } from 'vitest/browser';
import { fresh, render, Shown, text, unmount } from './react-harness.tsx';

const MOUNTS = 50;

/** Its type is that of all browsers, of which not each can do anything. */
const session = (): { readonly send: (method: string) => Promise<unknown> } => cdp() as never;

test('nothing is left of providers that came and went under strict mode', async () => {
  const { database } = fresh();
  const given: WeakRef<object>[] = [];
  for (let mount = 0; mount < MOUNTS; mount += 1) {
    const sink = (): number => mount;
    given.push(new WeakRef(sink));
    const options = fresh({ database, goalState: { steps: 10 }, logSinks: [sink] });
    render(
      <StrictMode>
        <NudgeloopProvider options={options} loops={{ other: {} }}>
          <Shown />
          <Shown name="other" />
        </NudgeloopProvider>
      </StrictMode>,
    );
    // Some go while they connect.
    if (mount % 2 === 0) await expect.poll(text).toContain('ready');
    unmount();
  }
  const kept = async (): Promise<number> => {
    await session().send('HeapProfiler.collectGarbage');
    return given.filter((ref) => ref.deref() !== undefined).length;
  };
  // React itself keeps what it rendered last.
  await expect.poll(kept).toBeLessThanOrEqual(1);
});
