import { copyPlainData } from '../src/model/plain-data.ts';
import { MOST_UNANSWERED, RESEND_WINDOW } from '../src/protocol/windows.ts';

/** Calls in progress, and their answers as long as a copy of the call may still come. */
export interface ReplyMemory<Reply> {
  get(key: string): Promise<Reply> | undefined;
  /** Whether too many calls are in progress to take one more of this client. */
  isFull(client: string): boolean;
  /** Keeps an answer until its client has it, unless it is large. */
  put(key: string, call: Omit<Call<Reply>, 'reply'>, reply: Promise<Reply>): void;
  /** Notes that a client whose calls have come to `order` awaits nothing older than `first`. */
  settled(client: string, first: number, order: number): void;
}

/** A client's call, by its place among that client's calls. */
interface Call<Reply> {
  readonly client: string;
  readonly order: number;
  readonly reply: Promise<Reply>;
}

/** The most requests of all clients in progress: as many as four may have. */
const MAX_UNDER_WAY = 4 * MOST_UNANSWERED;

/**
 * The most requests of one client in progress, including those it gave up on: a client that floods must not shut out
 * the others.
 */
const MAX_OF_ONE_CLIENT = 2 * MOST_UNANSWERED;

/**
 * How many answers of all clients are kept after they were given: those of 16 that each wait for a suggestion. Of a page
 * that is gone, its last answers stay until that many came after them.
 */
const KEPT = 16 * RESEND_WINDOW;

/**
 * The largest answer that is kept: larger than any to a greeting, or a few hundred actions. A larger one is that of a
 * read, and a copy reads again, or of a suggestion, which no page resends.
 */
const LARGEST = { depth: 32, nodes: 4_096, characters: 65_536 };

/**
 * Makes the memory. A page that was blocked for a while sends calls again that were done in the meantime. If such a
 * copy were run, it would take effect after later calls, and again if an erasure removed its receipt. When the worker
 * is stopped, the memory is lost: then the stored receipts keep a copy from doing harm.
 *
 * @param ofCopy turns an answer into the answer for a copy that comes after it was given
 */
export function createReplyMemory<Reply>(ofCopy: (given: Reply) => Reply): ReplyMemory<Reply> {
  const underWay = new Map<string, Call<Reply>>();
  /** In the order in which they were answered. */
  const answered = new Map<string, Call<Reply>>();
  return {
    get: (key) => (underWay.get(key) ?? answered.get(key))?.reply,
    isFull(client) {
      // Hardly ever are there so many that they need be counted one by one.
      if (underWay.size < MAX_OF_ONE_CLIENT) return false;
      const own = [...underWay.values()].filter((call) => call.client === client);
      return underWay.size >= MAX_UNDER_WAY || own.length >= MAX_OF_ONE_CLIENT;
    },
    put(key, call, reply) {
      underWay.set(key, { ...call, reply });
      void reply.then((given) => {
        underWay.delete(key);
        const kept = ofCopy(given);
        if ('problem' in copyPlainData(kept, LARGEST)) return;
        answered.set(key, { ...call, reply: Promise.resolve(kept) });
        if (answered.size > KEPT) answered.delete(answered.keys().next().value!);
      });
    },
    settled(client, first, order) {
      // Of a page that waits for a slow suggestion, `first` does not move.
      const oldest = Math.max(first, order - RESEND_WINDOW + 1);
      for (const [key, call] of answered) if (call.client === client && call.order < oldest) answered.delete(key);
    },
  };
}
