/** Answers by call, as long as a copy of the call may still come. */
export interface ReplyMemory<Reply> {
  get(key: string): Promise<Reply> | undefined;
  /** Keeps an answer until its client has it, and returns it. */
  put(key: string, call: Call, reply: Promise<Reply>): Promise<Reply>;
  /** Notes that a client awaits nothing older than `first`. */
  settled(client: string, first: number): void;
}

/** A client's call, by its place among that client's calls. */
interface Call {
  readonly client: string;
  readonly order: number;
}

/** How many answers are kept after they were given; as many may be in progress. */
const KEPT = 1_024;

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
        replies.set(key, Promise.resolve(ofCopy(given)));
        answered.set(key, call);
        if (answered.size > KEPT) forget(answered.keys().next().value!);
      });
      return reply;
    },
    settled(client, first) {
      for (const [key, call] of answered) if (call.client === client && call.order < first) forget(key);
    },
  };
}
