import type { Client, ConnectOptions, Outcome } from '../../kit/client.ts';
import type { FinalState } from '../../kit/final-state.ts';
import { look, must } from '../../kit/look.ts';
import type { Session } from '../../kit/session.ts';

/** One kind of call, killed at each of its points. */
export interface Scenario {
  readonly name: string;
  readonly options: ConnectOptions;
  /** Readies one call, before the worker is armed. */
  readonly round: (client: Client, session: Session, point: number) => Promise<Round> | Round;
  /** Never sent twice, by design: a kill leaves open whether it happened. @default false */
  readonly isUnrepeatable?: boolean;
  /** The only one of the short run. @default false */
  readonly quick?: boolean;
}

/** One call, to be killed at one point. */
export interface Round {
  readonly act: () => Promise<Outcome>;
  /**
   * Looks whether it happened as a whole and once, which the checkers can't tell where it takes something away.
   *
   * @throws Error unless it did
   */
  readonly check?: (outcome: Outcome) => Promise<void>;
}

export const goalState = { steps: 10_000 };

/** The client's seconds pass ten times faster, so that a lost message is sent again after a tenth of one. */
export const fast = { goalState, speed: 10, deadline: 100_000, pollInterval: 3_600_000 } as const;

/** For scenarios that look at all that is stored, each time: few nudges are kept, and each look is short. */
export const watched = { ...fast, outboxLimit: 20 } as const;

/** How long pending work may take in the end, in milliseconds. */
export const WORK_MS = 15_000;

/** The worker with strategies that are not trusted. */
export const own = { url: '/app-worker.js', scope: '/' } as const;

/** The numbers of actions, to be compared. */
export const numbersOf = (actions: readonly { readonly n?: unknown }[]): string => actions.map(({ n }) => n).join();

/**
 * Looks at what is stored.
 *
 * @param wanted the numbers that the history must be: any of several, where nobody knows what happened
 * @throws Error when it is another
 */
export async function expectHistory(client: Client, ...wanted: readonly string[]): Promise<FinalState> {
  const found = await look(client);
  const seen = numbersOf(found.history);
  must(wanted.includes(seen), `the history is ${seen || 'empty'}, not ${wanted.map((numbers) => numbers || 'empty').join(' or ')}`);
  return found;
}
