import { createNudgeloop, isNudgeloopError, type ClientOptions, type LoopClient, type NudgeloopClient } from 'nudgeloop';
import { NudgeloopProvider, useGoal, useNudgeloop, useNudges } from 'nudgeloop/react';
import { Activity, Component, StrictMode, useEffect, type ReactNode } from 'react';
import { createRoot, hydrateRoot, type Root } from 'react-dom/client';
import { renderToString } from 'react-dom/server';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

let count = 0;
/** A loop in the page, over a database of its own. */
const fresh = (options: ClientOptions = {}): ClientOptions => ({ serviceWorker: false, database: `react-${Date.now()}-${(count += 1)}`, ...options });

/** Channels that are open: each client in the page has exactly one. */
let channels = new Set<BroadcastChannel>();
let opened = 0;
let place: HTMLElement;
let root: Root | undefined;
let clients: NudgeloopClient[] = [];

beforeEach(() => {
  channels = new Set();
  opened = 0;
  vi.stubGlobal(
    'BroadcastChannel',
    class extends BroadcastChannel {
      constructor(name: string) {
        super(name);
        opened += 1;
        channels.add(this);
      }
      override close(): void {
        channels.delete(this);
        super.close();
      }
    },
  );
  place = document.body.appendChild(document.createElement('div'));
});

afterEach(() => {
  root?.unmount();
  root = undefined;
  for (const client of clients) client.dispose();
  clients = [];
  place.remove();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

function render(children: ReactNode): void {
  root ??= createRoot(place);
  root.render(children);
}

function makeClient(options: ClientOptions): NudgeloopClient {
  const client = createNudgeloop(options);
  clients.push(client);
  return client;
}

const text = (): string => place.textContent ?? '';

/** The loop's name, phase, goal and nudges, and a button for each nudge. */
function Shown({ name }: { readonly name?: string }) {
  const { loop, state } = useNudgeloop(name);
  const [goal] = useGoal(name);
  const { nudges, acknowledge } = useNudges(name);
  return (
    <p>
      {`${loop.name} ${state.phase} ${JSON.stringify(goal)} [${nudges.map(({ seq }) => seq).join()}]`}
      {nudges.map((nudge) => (
        <button key={nudge.id} onClick={() => void acknowledge(nudge)} />
      ))}
    </p>
  );
}

/** Hands the loop to the test. */
function Handing({ name, to }: { readonly name?: string; readonly to: (loop: LoopClient) => void }) {
  const { loop } = useNudgeloop(name);
  useEffect(() => to(loop), [loop, to]);
  return null;
}

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
    root?.unmount();
    await expect.poll(() => channels.size).toBe(0);
    await expect(loop?.record({ steps: 1 })).rejects.toMatchObject({ code: 'client.disposed' });
    expect(opened).toBe(1);
    root = undefined;
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
    await vi.waitFor(() => expect(text()).toBe('ready'));
    root?.unmount();
    root = undefined;
    const next = makeClient(options);
    await vi.waitFor(async () => expect(await next.history()).toMatchObject([{ action: { left: true } }]));
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
    root?.unmount();
    root = undefined;
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

  test('throws options that are refused to the nearest error boundary', async () => {
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
        <NudgeloopProvider options={fresh({ deadline: -1 })}>
          <Shown />
        </NudgeloopProvider>
      </Boundary>,
    );
    await expect.poll(text).toBe('broken');
    expect(caught[0]).toMatchObject({ code: 'options.invalid', details: { option: 'deadline' } });
  });
});

describe('the hooks', () => {
  test('show several loops by name, each with its own goal and nudges', async () => {
    let sleep: LoopClient | undefined;
    const handed = (given: LoopClient): void => void (sleep = given);
    render(
      <NudgeloopProvider options={fresh({ goalState: { steps: 10 } })} loops={{ sleep: { goalState: { hours: 8 } } }}>
        <Handing name="sleep" to={handed} />
        <Shown />
        <Shown name="sleep" />
        <Shown name="default" />
      </NudgeloopProvider>,
    );
    await expect.poll(() => sleep?.state().phase).toBe('ready');
    await sleep?.record({ hours: 6 });
    const walking = 'default ready {"steps":10} []';
    await expect.poll(text).toBe(`${walking}sleep ready {"hours":8} [0]${walking}`);
    expect(opened).toBe(1);
  });

  test('follow the goal that another client sets, and set one themselves', async () => {
    const options = fresh({ goalState: { steps: 10 } });
    function Setting() {
      const [goal, setGoal] = useGoal();
      return <button id="set" onClick={() => void setGoal({ steps: 30 })}>{`${Number(goal?.['steps'])} `}</button>;
    }
    render(
      <NudgeloopProvider options={options}>
        <Setting />
        <Shown />
      </NudgeloopProvider>,
    );
    await expect.poll(text).toBe('10 default ready {"steps":10} []');
    const other = makeClient({ ...options, goalState: { steps: 20 } });
    await other.ready;
    await expect.poll(text).toBe('20 default ready {"steps":20} []');
    place.querySelector<HTMLButtonElement>('#set')?.click();
    await expect.poll(text).toBe('30 default ready {"steps":30} []');
    await expect.poll(async () => (await other.inspect()).loop.goalState).toEqual({ steps: 30 });
  });

  test('take off what another client acknowledged', async () => {
    const options = fresh({ goalState: { steps: 10 } });
    render(
      <NudgeloopProvider options={options}>
        <Shown />
      </NudgeloopProvider>,
    );
    const other = makeClient(options);
    await expect.poll(text).toContain('ready');
    await other.record([{ steps: 1 }]);
    await expect.poll(text).toContain('[0]');
    await other.acknowledge(await other.nudges());
    await expect.poll(text).toContain('[]');
  });

  test('say why there is no connection, and so does each call, which tries again', async () => {
    let loop: LoopClient | undefined;
    const handed = (given: LoopClient): void => void (loop = given);
    function Failing() {
      const { state } = useNudgeloop();
      return <p>{`${state.phase} ${state.error?.code ?? ''}`}</p>;
    }
    render(
      <NudgeloopProvider options={fresh({ serviceWorker: { url: '/nowhere.js' }, fallback: false })}>
        <Handing to={handed} />
        <Failing />
      </NudgeloopProvider>,
    );
    expect(text()).not.toContain('failed');
    await expect.poll(text).toBe('failed worker.unavailable');
    const again = await loop?.poke().catch((error: unknown) => error);
    expect(isNudgeloopError(again, 'worker.unavailable')).toBe(true);
    await expect(loop?.ready).rejects.toMatchObject({ code: 'worker.unavailable' });
  });

  test('render no component again for what it does not show, and keep their functions', async () => {
    const client = makeClient(fresh({ goalState: { steps: 10 } }));
    await client.ready;
    const renders = { goal: 0, nudges: 0, loop: 0 };
    const functions = new Set<unknown>();
    function Goal() {
      renders.goal += 1;
      functions.add(useGoal()[1]);
      return null;
    }
    function Nudges() {
      renders.nudges += 1;
      functions.add(useNudges().acknowledge);
      return null;
    }
    function Loop() {
      renders.loop += 1;
      const { loop } = useNudgeloop();
      functions.add(loop);
      functions.add(loop.record);
      functions.add(loop.deadLetters.list);
      return null;
    }
    const app = (
      <NudgeloopProvider client={client}>
        <Goal />
        <Nudges />
        <Loop />
      </NudgeloopProvider>
    );
    render(app);
    await expect.poll(() => renders.loop).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 250));
    expect(renders).toEqual({ goal: 1, nudges: 1, loop: 1 });
    await client.record({ steps: 1 });
    await expect.poll(() => renders).toEqual({ goal: 1, nudges: 2, loop: 2 });
    await client.setGoalState({ steps: 10 });
    await client.history();
    await new Promise((resolve) => setTimeout(resolve, 250));
    expect(renders.nudges).toBe(2);
    expect(functions.size).toBe(5);
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
    root = hydrateRoot(place, app(client), { onRecoverableError: (error) => problems.push(error) });
    await expect.poll(text).toBe(`default ready {"steps":10} [${what === 'client' ? '0' : ''}]`);
    expect(problems).toEqual([]);
    expect(place.firstChild).toBe(before);
  });
});
