/** Answers by call, for as long as a copy of the call may still come. */
export interface ReplyMemory<Reply> {
  get(key: string): Promise<Reply> | undefined;
  /**
   * Keeps an answer until it is given, and gives it back.
   *
   * @param later makes of it what a copy is answered that comes in the while after; without it nothing is kept
   */
  put(key: string, reply: Promise<Reply>, later?: (given: Reply) => Reply): Promise<Reply>;
}

/** Answers that are kept after they were given; a copy comes within seconds or never. */
const KEPT = 256;

/**
 * Makes the memory. It is one of convenience: after a stop of the worker it is empty, and then the stored receipts and
 * the methods' own nature keep a copy from doing harm. So most answers, which may be large, are let go as soon as they are given.
 */
export function createReplyMemory<Reply>(): ReplyMemory<Reply> {
  const replies = new Map<string, Promise<Reply>>();
  const answered: string[] = [];
  return {
    get: (key) => replies.get(key),
    put(key, reply, later) {
      replies.set(key, reply);
      void reply.then((given) => {
        replies.delete(key);
        if (later === undefined) return;
        replies.set(key, Promise.resolve(later(given)));
        if (answered.push(key) > KEPT) replies.delete(answered.shift()!);
      });
      return reply;
    },
  };
}
