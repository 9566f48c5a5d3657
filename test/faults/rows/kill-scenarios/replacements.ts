import type { Client } from '../../kit/client.ts';
import type { FinalState } from '../../kit/final-state.ts';
import { look, must, workedOff } from '../../kit/look.ts';
import type { Session } from '../../kit/session.ts';
import { expectHistory, numbersOf, own, watched, WORK_MS, type Round, type Scenario } from './scenario.ts';

/** What a call that is never sent again may take: once its worker is dead, there is nothing to wait for. */
const brief = { ...watched, deadline: 8_000 } as const;

const nudgesFor = ({ nudges }: FinalState, n: number): number => nudges.filter(({ ns }) => ns.includes(n)).length;

/** Suggests on a history of the caller's, which replaces what is stored, and looks that it did so as a whole or not at all. */
async function suggestOnAnother(client: Client, session: Session): Promise<Round> {
  const [past, given] = [[session.number(), session.number()], [session.number()]];
  // Greeted anew beforehand, so that the points are those of the call.
  await client.inspect();
  const before = numbersOf((await look(client)).history);
  const after = numbersOf([...past, ...given]);
  return {
    act: () => client.suggestActions(given, past),
    check: async ({ type }) => void (await expectHistory(client, after, ...(type === 'ok' ? [] : [before]))),
  };
}

/** Calls that put something in the place of what is there. `export` is not among them: it writes nothing. */
export const replacements: readonly Scenario[] = [
  {
    name: 'import',
    options: watched,
    async round(client, session) {
      const [old, kept, waiting, late] = [session.number(), session.number(), session.number(), session.number()];
      await client.record(kept);
      const { value } = await client.export();
      const history = (value as { history: { action: { n: number } }[] }).history.filter(({ action }) => action.n === kept.n);
      const data = { ...(value as object), history, pending: [{ actions: [waiting] }] };
      await client.record(old);
      return {
        act: () => client.import(data),
        async check() {
          // Recorded after it, so that a copy of the call which came too late would take this away.
          const { type, code } = await client.record(late);
          must(type === 'ok', `after an import a call ends with ${code ?? type}`);
          const found = await workedOff(client, WORK_MS);
          const [first, ...others] = found.history;
          const rest = [...others].map(({ n }) => n ?? 0).sort((a, b) => a - b);
          // What waited is worked off before the late one or after it.
          const isRight = first?.n === kept.n && rest.join() === [waiting.n, late.n].sort((a, b) => a - b).join();
          must(isRight, `after an import of ${kept.n} and ${waiting.n} and a call with ${late.n} the history is ${numbersOf(found.history)}`);
          must(nudgesFor(found, waiting.n) === 1, `what waited in an import brought ${nudgesFor(found, waiting.n)} nudges`);
        },
      };
    },
  },
  { name: 'suggestActions with a history', options: brief, isUnrepeatable: true, round: suggestOnAnother },
  {
    name: 'suggestActions with a history, untrusted strategy',
    options: { ...brief, serviceWorker: own, strategy: { type: 'good' } },
    isUnrepeatable: true,
    round: suggestOnAnother,
  },
  {
    name: 'resetHistory',
    options: watched,
    async round(client, session) {
      await client.record([{}, {}]);
      const late = session.number();
      return {
        async act() {
          // While the first is stored, the others wait and are stored together: a copy of the reset that counted once more would take
          // the last one away.
          const [first, reset, last] = await Promise.all([client.record(), client.resetHistory(), client.record(late)]);
          return [first, last].find(({ type }) => type !== 'ok') ?? reset;
        },
        check: async () => void (await expectHistory(client, numbersOf([late]))),
      };
    },
  },
];
