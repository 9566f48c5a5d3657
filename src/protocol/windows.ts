/*
 * What a page promises about its requests, and a worker relies on. They may be of different builds: a later page may promise
 * more, a later worker may rely on less, and neither the other way round.
 */

/**
 * How far a page's newest request may be ahead of the oldest one that it may resend. What keeps a copy from happening twice
 * must remember as many.
 */
export const RESEND_WINDOW = 128;

/** How many requests a page may have sent without an answer, including those that nobody waits for any more. */
export const MOST_UNANSWERED = 256;

/** How long a page waits for an answer before it sends a request again, in milliseconds; each further wait is twice as long. */
export const FIRST_WAIT_MS = 1_000;
