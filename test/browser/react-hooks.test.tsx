import { isNudgeloopError, type LoopClient } from 'nudgeloop';
import { NudgeloopProvider, useGoal, useNudgeloop, useNudges } from 'nudgeloop/react';
import { describe, expect, test } from 'vitest';
import { fresh, Handing, makeClient, opened, place, render, Shown, text } from './react-harness.tsx';

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
