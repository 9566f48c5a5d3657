import { copyPlainData } from '../src/model/plain-data.ts';
import { RESEND_WINDOW } from '../src/protocol/windows.ts';

/** Answers by call, as long as a copy of the call may still come. */
export interface ReplyMemory<Reply> {
  get(key: string): Promise<Reply> | undefined;
  /** Keeps an answer until its client has it, unless it is large, and returns it. */
  put(key: string, call: Call, reply: Promise<Reply>): Promise<Reply>;
  /** Notes that a client whose calls have come to `order` awaits nothing older than `first`. */
  settled(client: string, first: number, order: number): void;
}

/** A client's call, by its place among that client's calls. */
interface Call {
  readonly client: string;
  readonly order: number;
}

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
  const replies = new Map<string, Promise<Reply>>();
  const answered = new Map<string, Call>();

  const forget = (key: string): void => {
    answered.delete(key);
    replies.delete(key);
  };

  return {
    get: (key) => replies.get(key),
    put(key, call, reply) {
      replies.set(key, reply);
      void reply.then((given) => {
        const kept = ofCopy(given);
        replies.set(key, Promise.resolve(kept));
        answered.set(key, call);
        if ('problem' in copyPlainData(kept, LARGEST)) forget(key);
        if (answered.size > KEPT) forget(answered.keys().next().value!);
      });
      return reply;
    },
    settled(client, first, order) {
      // Of a page that waits for a slow suggestion, `first` does not move.
      const oldest = Math.max(first, order - RESEND_WINDOW + 1);
      for (const [key, call] of answered) if (call.client === client && call.order < oldest) forget(key);
    },
  };
}
