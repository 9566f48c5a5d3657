/** Answers by call, for as long as a copy of the call may still come. */
export interface ReplyMemory<Reply> {
  get(key: string): Promise<Reply> | undefined;
  /** Keeps an answer until its client has it, and gives it back. */
  put(key: string, call: Call, reply: Promise<Reply>): Promise<Reply>;
  /** Takes note that a client awaits nothing older than `first`. */
  settled(client: string, first: number): void;
}

/** A client's call, by its place among the calls of that. */
interface Call {
  readonly client: string;
  readonly order: number;
}

/** Answers that are kept after they were given; as many may be under way. */
const KEPT = 1_024;

/**
 * Makes the memory. A page that could do nothing for a while asks again for what was done meanwhile. A copy that is run
 * would act behind what came after its call, and once more what an erasure removed the receipt of. After a stop of the
 * worker the memory is empty: then the stored receipts keep a copy from doing harm.
 *
 * @param ofCopy makes of an answer what a copy is answered that comes after it was given
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
