import type { ErrorDetails } from '../errors.ts';
import { byLevel, type LogCode, type LogLevel, type LogWriter } from './log.ts';

/**
 * Makes a log writer that holds events back, so nobody hears of work that is undone.
 *
 * @returns `writer` takes events, `writeTo` passes them on
 */
export function createWaitingLog(): { readonly writer: LogWriter; readonly writeTo: (log: LogWriter) => void } {
  const waiting: ((log: LogWriter) => void)[] = [];
  const take =
    (level: LogLevel) =>
    (code: LogCode, fields?: ErrorDetails): void =>
      void waiting.push((log) => log[level](code, fields));
  return {
    writer: byLevel(take),
    writeTo: (log) => waiting.forEach((write) => write(log)),
  };
}
