/** Answers by call, for as long as a copy of the call may still come. */
export interface ReplyMemory<Reply> {
  get(key: string): Promise<Reply> | undefined;
  /** Keeps an answer, and gives it back. */
  put(key: string, method: string, reply: Promise<Reply>): Promise<Reply>;
}

/** Answers that are kept after they were given; a copy comes within seconds or never. */
const KEPT = 64;

/** Reading twice is harmless, and what is read may be large: these are forgotten when answered. */
const READS: ReadonlySet<string> = new Set(['hello', 'history', 'nudges', 'inspect', 'exportLoop']);

/**
 * Makes the memory. It is one of convenience: after a stop of the worker it is empty, and then the stored receipts and
 * the methods' own nature keep a copy from doing harm.
 */
export function createReplyMemory<Reply>(): ReplyMemory<Reply> {
  const replies = new Map<string, Promise<Reply>>();
  const answered: string[] = [];
  return {
    get: (key) => replies.get(key),
    put(key, method, reply) {
      replies.set(key, reply);
      const forget = (): void => {
        if (READS.has(method)) return void replies.delete(key);
        answered.push(key);
        const oldest = answered.length > KEPT ? answered.shift() : undefined;
        if (oldest !== undefined) replies.delete(oldest);
      };
      reply.then(forget, forget);
      return reply;
    },
  };
}
