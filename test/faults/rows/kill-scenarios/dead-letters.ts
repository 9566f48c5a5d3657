import type { Client, Outcome } from '../../kit/client.ts';
import { must, workedOff } from '../../kit/look.ts';
import type { Session } from '../../kit/session.ts';
import { own, watched, WORK_MS, type Scenario } from './scenario.ts';

/** The site's strategy fails at poison until the server has this. */
const MENDED = '/mended';

/** A single try makes a dead letter; so does a worker that dies in it. */
const options = { ...watched, maxAttempts: 1, strategy: { type: 'mended' }, serviceWorker: own } as const;

/** A dead letter, as the client lists it. */
interface Letter {
  readonly seq: number;
  readonly actions: readonly { readonly n: number }[];
}

/** Makes one more dead letter, and gives it. */
async function makeLetter(client: Client, session: Session): Promise<Letter> {
  session.server.swap(MENDED);
  const { n } = session.number();
  await client.record({ n, poison: true });
  await workedOff(client, WORK_MS);
  const { value } = await client.call('deadLetters.list', []);
  const letter = (value as readonly Letter[]).find(({ actions }) => actions[0]?.n === n);
  must(letter !== undefined, `poison ${n} is no dead letter`);
  return letter;
}

/** Whoever answered, and to whichever copy of the call: one letter was moved. */
function mustBeOne({ value }: Outcome, what: string): void {
  must(value === 1, `a call that ${what} one dead letter says that it were ${String(value)}`);
}

/** Calls about dead letters. */
export const deadLetters: readonly Scenario[] = [
  {
    name: 'deadLetters.retry',
    options,
    async round(client, session) {
      const letter = await makeLetter(client, session);
      const n = letter.actions[0]!.n;
      session.server.swap(MENDED, { body: 'yes' });
      return {
        act: () => client.call('deadLetters.retry', [letter]),
        async check(outcome) {
          mustBeOne(outcome, 'retried');
          const { dead, history } = await workedOff(client, WORK_MS);
          must(!dead.some(({ seq }) => seq === letter.seq), `${n} was retried, and its dead letter is still there`);
          const places = [...history, ...dead].filter((found) => found.n === n).length;
          must(places === 1, `${n}, which was retried, is found ${places} times`);
        },
      };
    },
  },
  {
    name: 'deadLetters.discard',
    options,
    async round(client, session) {
      // One that stays beside the one that goes.
      const [other, letter] = [await makeLetter(client, session), await makeLetter(client, session)];
      return {
        act: () => client.call('deadLetters.discard', [letter]),
        async check(outcome) {
          mustBeOne(outcome, 'discarded');
          const { dead, history } = await workedOff(client, WORK_MS);
          const n = letter.actions[0]!.n;
          must(![...history, ...dead].some((found) => found.n === n), `${n}, which was discarded, is there`);
          must(dead.some(({ seq }) => seq === other.seq), 'a discarded dead letter took another one along');
        },
      };
    },
  },
];
