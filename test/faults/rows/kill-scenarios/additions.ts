import { look, must } from '../../kit/look.ts';
import { expectHistory, fast, goalState, numbersOf, own, watched, type Scenario } from './scenario.ts';

/** Actions of a call that get a row of their own, and how many of all are kept: each call takes a part of an older row away. */
const MANY = 40;
const KEPT = 50;

/** Calls that add something. */
export const additions: readonly Scenario[] = [
  { name: 'record, trusted strategy', options: fast, quick: true, round: (client) => ({ act: () => client.record() }) },
  {
    name: 'record, drained by an untrusted strategy',
    options: { ...fast, serviceWorker: own, strategy: { type: 'good' } },
    async round(client) {
      // What the last round left is done first: an action that is met twice may step behind the others.
      await client.poke();
      return { act: () => client.record() };
    },
  },
  {
    name: 'record, which prunes',
    options: { ...watched, retentionLimit: KEPT },
    async round(client, session) {
      const given = Array.from({ length: MANY }, () => session.number());
      const before = (await look(client)).history;
      return {
        act: () => client.record(given),
        check: async () => void (await expectHistory(client, numbersOf([...before, ...given].slice(-KEPT)))),
      };
    },
  },
  {
    name: 'acknowledge',
    options: fast,
    async round(client) {
      await client.record();
      const { value } = await client.nudges();
      return {
        act: () => client.acknowledge(value),
        check: async () => must((await look(client)).nudges.length === 0, 'an acknowledged nudge is in the outbox'),
      };
    },
  },
  {
    name: 'setGoalState',
    options: watched,
    async round(client, _session, point) {
      await client.record();
      const goal = { steps: goalState.steps + point };
      return {
        act: () => client.setGoalState(goal),
        async check() {
          const states = ((await look(client)).raw['documents'] ?? []) as { key: string; value: { goalState?: { steps?: unknown } } }[];
          must(states.some(({ key, value }) => key === 'state' && value.goalState?.steps === goal.steps), `the goal is not ${goal.steps}`);
        },
      };
    },
  },
];
