import { isNudgeloopError, type LoopClient } from 'nudgeloop';
import { NudgeloopProvider, useGoal, useNudgeloop, useNudges } from 'nudgeloop/react';
import { renderToString } from 'react-dom/server';
import { describe, expect, test, vi } from 'vitest';
import { createClient } from '../../../src/page/client.ts';
import { createFakeBrowser, settle } from '../page/fake-browser.ts';

/** All that the hooks give, as text. */
function Shown({ name }: { readonly name?: string }) {
  const { loop, state } = useNudgeloop(name);
  const [goal] = useGoal(name);
  const { nudges } = useNudges(name);
  return <p>{`${loop.name} ${state.phase} ${JSON.stringify(goal)} ${nudges.length}`}</p>;
}

const textOf = (markup: string): string => markup.replaceAll(/<[^>]*>/g, '').replaceAll('&quot;', '"');

/** What a browser has and a server lacks, and what makes ids: a look at any of it is counted. */
function watchGlobals() {
  const touched: string[] = [];
  for (const name of ['window', 'document', 'navigator', 'indexedDB', 'BroadcastChannel', 'crypto', 'localStorage', 'caches']) {
    const value: unknown = Reflect.get(globalThis, name);
    Object.defineProperty(globalThis, name, {
      configurable: true,
      get() {
        touched.push(name);
        return value;
      },
    });
  }
  return touched;
}

describe('on a server', () => {
  test('a page renders as one that connects, and nothing of the machine is touched', async () => {
    const touched = watchGlobals();
    const markup = renderToString(
      <NudgeloopProvider options={{ goalState: { steps: 10 } }} loops={{ sleep: { goalState: { hours: 8 } } }}>
        <Shown />
        <Shown name="sleep" />
        <Shown name="constructor" />
      </NudgeloopProvider>,
    );
    await settle();
    expect(textOf(markup)).toBe(
      ['default connecting {"steps":10} 0', 'sleep connecting {"hours":8} 0', 'constructor connecting null 0'].join(''),
    );
    vi.resetModules();
    await import('nudgeloop/react');
    expect(touched).toEqual([]);
  });

  test('the markup is the same whatever the client has come to, so that a browser can take it over', async () => {
    const page = createFakeBrowser().openPage();
    const client = createClient({ serviceWorker: page.registration, loop: 'walk', goalState: { steps: 10 } }, page.realm);
    const render = (): string =>
      renderToString(
        <NudgeloopProvider client={client}>
          <Shown />
        </NudgeloopProvider>,
      );
    const before = render();
    await client.ready;
    await client.record({ steps: 1 });
    expect(render()).toBe(before);
    expect(textOf(before)).toBe('walk connecting null 0');
    client.dispose();
    expect(render()).toBe(before);
  });

  test('another loop of a client is not opened by being rendered', () => {
    const page = createFakeBrowser().openPage();
    const client = createClient({ serviceWorker: page.registration }, page.realm);
    const loop = vi.fn<(name: string) => LoopClient>(client.loop);
    renderToString(
      <NudgeloopProvider client={{ ...client, loop }}>
        <Shown name="sleep" />
      </NudgeloopProvider>,
    );
    expect(loop).not.toHaveBeenCalled();
  });

  test('a hook without a provider above says what is missing', () => {
    try {
      renderToString(<Shown />);
      expect.unreachable();
    } catch (error) {
      expect(isNudgeloopError(error, 'options.invalid')).toBe(true);
      expect(error).toMatchObject({ message: expect.stringContaining('NudgeloopProvider'), details: { option: 'client' } });
    }
  });
});
