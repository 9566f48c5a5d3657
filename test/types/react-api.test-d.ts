// Compiled, not run: what an app may and may not write against `nudgeloop/react` and `nudgeloop/store`.
import { createNudgeloop, type ClientState, type GoalState } from 'nudgeloop';
import { NudgeloopProvider, useGoal, useNudgeloop, useNudges } from 'nudgeloop/react';
import { goalStoreOf, storeOf, type LoopStore } from 'nudgeloop/store';
import { createElement } from 'react';

const client = createNudgeloop();

createElement(NudgeloopProvider, null, 'children');
createElement(NudgeloopProvider, { client });
createElement(NudgeloopProvider, { options: { goalState: { steps: 1 } }, loops: { sleep: { goalState: { hours: 8 } } } });
createElement(NudgeloopProvider, { options: undefined, loops: undefined });
createElement(NudgeloopProvider, { client, options: undefined });
// @ts-expect-error a client that is there needs no options
createElement(NudgeloopProvider, { client, options: {} });
// @ts-expect-error a misspelt option
createElement(NudgeloopProvider, { options: { goal: { steps: 1 } } });

export function useAll(): void {
  const { loop, state } = useNudgeloop('sleep');
  const [goal, setGoal] = useGoal();
  const { nudges, acknowledge } = useNudges();
  void loop.record({ hours: 7 });
  void setGoal({ ...goal, hours: 8 });
  void acknowledge(nudges);
  // @ts-expect-error the goal may be unknown
  void goal['steps'];
  // @ts-expect-error a loop's client ends nothing, since others use it too
  loop.dispose();
  void (state satisfies ClientState);
}

void (storeOf(client) satisfies LoopStore<ClientState>);
void (goalStoreOf(client.loop('sleep')) satisfies LoopStore<GoalState | null>);
