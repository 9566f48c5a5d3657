import { invalidOption } from './check-options.ts';
import { isWholeNumber } from './is-whole-number.ts';
import { durationToMs, type RetentionPolicy } from './retention.ts';

/**
 * Checks retention options and normalizes them.
 *
 * @param options `retentionLimit` (a whole number of actions) and `retentionWindow` (a duration)
 * @throws NudgeloopError `options.invalid`
 */
export function parseRetention(options: { readonly retentionLimit?: unknown; readonly retentionWindow?: unknown }): RetentionPolicy {
  const { retentionLimit: limit, retentionWindow: window } = options;
  if (limit !== undefined && !isWholeNumber(limit)) {
    throw invalidOption('retentionLimit', 'pass a whole number of at least 0');
  }
  return {
    limit,
    windowMs: window === undefined ? undefined : durationToMs(window),
  };
}
