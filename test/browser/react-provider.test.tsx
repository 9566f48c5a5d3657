import type { LoopClient, NudgeloopClient } from 'nudgeloop';
import { NudgeloopProvider, useNudgeloop } from 'nudgeloop/react';
import { Activity, Component, StrictMode, useEffect, type ReactNode } from 'react';
import { renderToString } from 'react-dom/server';
import { describe, expect, test, vi } from 'vitest';
import { channels, fresh, Handing, hydrate, makeClient, opened, place, render, Shown, text, unmount } from './react-harness.tsx';

describe('under strict mode', () => {
  test('there is one client, and what an effect records is taken once and shown once', async () => {
    const recorded: string[] = [];
    function Recording() {
      const { loop } = useNudgeloop();
      useEffect(() => {
        loop.record({ steps: 1 }).then(
          ({ id }) => recorded.push(id),
          (error: unknown) => recorded.push(String(error)),
        );
      }, [loop]);
      return null;
    }
    render(
      <StrictMode>
        <NudgeloopProvider options={fresh({ goalState: { steps: 10 } })}>
          <Recording />
          <Shown />
        </NudgeloopProvider>
      </StrictMode>,
    );
    // Strict mode runs the effect twice, so the app records twice; none of the two calls is refused.
    await expect.poll(text).toBe('default ready {"steps":10} [0,1]');
    expect(recorded).toEqual([expect.stringMatching(/-0$/), expect.stringMatching(/-1$/)]);
    expect(opened).toBe(1);
    place.querySelector('button')?.click();
    await expect.poll(text).toBe('default ready {"steps":10} [1]');
  });

  test('nothing is left when the provider goes, and a late call is refused', async () => {
    let loop: LoopClient | undefined;
    const handed = (given: LoopClient): void => void (loop = given);
    render(
      <StrictMode>
        <NudgeloopProvider options={fresh()}>
          <Handing to={handed} />
          <Shown />
        </NudgeloopProvider>
      </StrictMode>,
    );
    await expect.poll(text).toContain('ready');
    expect(channels.size).toBe(1);
    unmount();
    await expect.poll(() => channels.size).toBe(0);
    await expect(loop?.record({ steps: 1 })).rejects.toMatchObject({ code: 'client.disposed' });
    expect(opened).toBe(1);
  });
});

describe('a provider', () => {
  test('that goes still sends what its components record as they go', async () => {
    const options = fresh();
    function Leaving() {
      const { loop, state } = useNudgeloop();
      useEffect(() => () => void loop.record({ left: true }).catch(() => undefined), [loop]);
      return state.phase;
    }
    render(
      <NudgeloopProvider options={options}>
        <Leaving />
      </NudgeloopProvider>,
    );
    await expect.poll(text).toBe('ready');
    unmount();
    const next = makeClient(options);
    await expect.poll(() => next.history()).toMatchObject([{ action: { left: true } }]);
  });

  test('that is hidden lets its client go, and finds everything again when it is shown', async () => {
    const options = fresh({ goalState: { steps: 10 } });
    let loop: LoopClient | undefined;
    const handed = (given: LoopClient): void => void (loop = given);
    const at = (mode: 'visible' | 'hidden') => (
      <Activity mode={mode}>
        <NudgeloopProvider options={options}>
          <Handing to={handed} />
          <Shown />
        </NudgeloopProvider>
      </Activity>
    );
    render(at('visible'));
    await expect.poll(text).toContain('ready');
    await loop?.record({ steps: 1 });
    await expect.poll(text).toContain('[0]');
    render(at('hidden'));
    await expect.poll(() => channels.size).toBe(0);
    render(at('visible'));
    // The text stayed in the document while it was hidden.
    await expect.poll(() => [opened, text()]).toEqual([2, 'default ready {"steps":10} [0]']);
    await loop?.record({ steps: 2 });
    await expect.poll(text).toBe('default ready {"steps":10} [0,1]');
    expect(channels.size).toBe(1);
  });

  test('takes a client that the app made, and does not dispose it', async () => {
    const client = makeClient(fresh({ loop: 'walk' }));
    render(
      <NudgeloopProvider client={client}>
        <Shown />
      </NudgeloopProvider>,
    );
    await expect.poll(text).toBe('walk ready null []');
    unmount();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(client.state().phase).toBe('ready');
    expect(await client.record({ steps: 1 })).toMatchObject({ durable: true });
  });

  test('changes to another client when it is given one', async () => {
    const [one, two] = [makeClient(fresh({ loop: 'one' })), makeClient(fresh({ loop: 'two' }))];
    for (const client of [one, two]) {
      render(
        <NudgeloopProvider client={client}>
          <Shown />
        </NudgeloopProvider>,
      );
      await expect.poll(text).toBe(`${client.name} ready null []`);
    }
  });

  test.each([
    ['deadline', () => ({ options: fresh({ deadline: -1 }) })],
    ['loops', () => ({ options: fresh(), loops: { default: { goalState: { steps: 10 } } } })],
    ['loops', () => ({ client: makeClient(fresh({ loop: 'walk' })), loops: { walk: {} } })],
  ])('throws options that are refused to the nearest error boundary: %s', async (option, makeProps) => {
    const props = makeProps();
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const caught: unknown[] = [];
    class Boundary extends Component<{ readonly children: ReactNode }> {
      static getDerivedStateFromError = () => ({ isBroken: true });
      override state = { isBroken: false };
      override componentDidCatch(error: unknown): void {
        caught.push(error);
      }
      override render(): ReactNode {
        return this.state.isBroken ? 'broken' : this.props.children;
      }
    }
    render(
      <Boundary>
        <NudgeloopProvider {...props}>
          <Shown />
        </NudgeloopProvider>
      </Boundary>,
    );
    await expect.poll(text).toBe('broken');
    expect(caught[0]).toMatchObject({ code: 'options.invalid', details: { option } });
  });
});

describe('markup of a server', () => {
  test.each(['options', 'client'] as const)('is taken over without a mismatch, with a provider that got %s', async (what) => {
    const options = fresh({ goalState: { steps: 10 } });
    // On the server: what the browser has by then is not known there.
    const app = (client?: NudgeloopClient) => (
      <StrictMode>
        <NudgeloopProvider {...(client === undefined ? { options } : { client })}>
          <Shown />
        </NudgeloopProvider>
      </StrictMode>
    );
    const markup = renderToString(app(what === 'client' ? makeClient(fresh()) : undefined));
    const client = what === 'client' ? makeClient(options) : undefined;
    await client?.record({ steps: 1 });
    place.innerHTML = markup;
    const before = place.firstChild;
    const problems: unknown[] = [];
    vi.spyOn(console, 'error').mockImplementation((...given) => void problems.push(given));
    hydrate(app(client), (error) => problems.push(error));
    await expect.poll(text).toBe(`default ready {"steps":10} [${what === 'client' ? '0' : ''}]`);
    expect(problems).toEqual([]);
    expect(place.firstChild).toBe(before);
  });
});
