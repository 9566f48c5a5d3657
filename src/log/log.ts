import type { ErrorDetails } from '../errors.ts';

/**
 * How much a reader of the log should care. `warn` deserves a look; `error` is a defect or a loss of service. `debug` comes
 * with each call: it stays in the realm where it happened, and `inspect()` shows it.
 */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/**
 * What a log event is about. Codes are stable, so you can match them; their fields may grow. Forward warnings and errors to
 * your monitoring.
 *
 * | code | level | what happened |
 * | --- | --- | --- |
 * | `worker.fallback` | warn, info with `serviceWorker: false` | there is no usable service worker, so the loop runs in the page; `advice` says what to do |
 * | `worker.stale` | warn | the worker's script is from an earlier build than the page; `mend` says what to do. If the browser can't fetch a newer one, `update` has the reason |
 * | `worker.backoff` | warn | a strategy or a source failed, or the disk is full: the next attempt comes in `waitMs`. With `problem`, there is no room for another dead letter |
 * | `worker.woken` | debug | something woke the worker (`cause`) |
 * | `worker.update-ready` | info | a new worker waits, or page and worker share no protocol version (`reason`) |
 * | `storage.memory` | warn | the database can't be used, or none was given: nothing is durable |
 * | `storage.degraded` | warn | the database had to be reopened, was recreated because its stores were missing, or can't be written (`reason`) |
 * | `epoch.reset` | warn | the browser destroyed the database, and it was recreated |
 * | `action.dead-lettered` | warn | a strategy failed too often on an action, which was set aside |
 * | `actions.recorded` | debug | actions were stored |
 * | `actions.polled` | info | a source brought actions |
 * | `goal.changed` | info | a different goal was set |
 * | `goal.given-up` | warn | a strategy failed too often after a goal change, and is not asked again before the next action |
 * | `history.pruned` | debug | retention removed actions |
 * | `history.reset` | info | the history was emptied |
 * | `nudge.created` | debug | there is a new nudge |
 * | `notification.refused` | warn | what `render` returned to `showNudges` can't be shown, or a notification's link leads to another origin (`reason`) |
 * | `outbox.dropped` | warn | unacknowledged nudges were dropped for new ones: there were more than `outboxLimit`, or their room was needed (`problem`) |
 * | `settings.overridden` | info | a page asked for other settings than those that the worker fixes |
 * | `strategy.failed` | warn | a strategy threw, took too long or returned something other than suggestions (`code`); it is tried again. With `strategy.unknown` or `options.invalid`, this host can't make it, and what was recorded waits for one that can |
 * | `source.failed` | warn | a source failed, or its answer is refused (`code`); it is asked again from where it was |
 * | `bus.full` | warn | a consumer of an `AsyncFeedbackEventBus` is too slow and missed an event |
 * | `bus.handler-failed` | error | a handler of a bus threw |
 * | `listener.failed` | error | a listener of the app threw; this is also reported as an uncaught error |
 * | `message.ignored` | warn, debug where a page ignores it or the browser could not read it (`from` of `clone`) | the worker got a message that is not a call from a page of the app (`from`), such as one from another script of the origin |
 * | `call.resent` | debug | no answer came in time, and the call was sent again |
 * | `call.failed` | error, debug where the browser refused something optional | a call, a background task or the opening of the database failed (`call`, `code`), or the chunk of the fallback could not be loaded |
 */
export type LogCode =
  | 'worker.fallback'
  | 'worker.stale'
  | 'worker.backoff'
  | 'worker.woken'
  | 'worker.update-ready'
  | 'storage.memory'
  | 'storage.degraded'
  | 'epoch.reset'
  | 'action.dead-lettered'
  | 'actions.recorded'
  | 'actions.polled'
  | 'goal.changed'
  | 'goal.given-up'
  | 'history.pruned'
  | 'history.reset'
  | 'nudge.created'
  | 'notification.refused'
  | 'outbox.dropped'
  | 'settings.overridden'
  | 'strategy.failed'
  | 'source.failed'
  | 'bus.full'
  | 'bus.handler-failed'
  | 'listener.failed'
  | 'message.ignored'
  | 'call.resent'
  | 'call.failed';

/** One thing that happened. `fields` holds names, counts and codes, never an action, a goal or an error's text. */
export interface LogEvent {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly level: LogLevel;
  readonly code: LogCode;
  readonly fields?: ErrorDetails;
}

/** Where log events go: the console, your monitoring, a test's list. If a sink throws, the error is ignored. */
export type LogSink = (event: LogEvent) => void;

/** The writing part of a log. */
export type LogWriter = Pick<Log, LogLevel>;

/** The log of one realm: silent unless it has a sink, with a short memory for `inspect()`. */
export interface Log {
  readonly debug: (code: LogCode, fields?: ErrorDetails) => void;
  readonly info: (code: LogCode, fields?: ErrorDetails) => void;
  readonly warn: (code: LogCode, fields?: ErrorDetails) => void;
  readonly error: (code: LogCode, fields?: ErrorDetails) => void;
  /** The newest events, oldest first. */
  recent(): readonly LogEvent[];
  /** Passes an event of another log to the sinks. It is not remembered here, since the other log does that. */
  relay(event: LogEvent): void;
  /** Adds a sink; the returned function removes it. */
  addSink(sink: LogSink): () => void;
}

/** A log writer, made level by level. */
export function byLevel(write: (level: LogLevel) => LogWriter[LogLevel]): LogWriter {
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
}

/** How many events a log remembers. */
const MEMORY = 100;

/**
 * Makes a log.
 *
 * @param now returns the time in epoch milliseconds
 * @param sinks where events go from the start
 *
 * @example
 * ```ts
 * import { createLog } from 'nudgeloop/core';
 *
 * const log = createLog(() => Date.now(), [(event) => console.log(event.level, event.code, event.fields)]);
 * log.warn('storage.memory', { loop: 'steps' }); // prints warn storage.memory { loop: 'steps' }
 * ```
 */
export function createLog(now: () => number, sinks: readonly LogSink[] = []): Log {
  const targets = new Set(sinks);
  const memory: LogEvent[] = [];
  const relay = (event: LogEvent): void => {
    for (const sink of targets) {
      try {
        sink(event);
      } catch {
        // A broken sink must break neither the loop nor the other sinks, and there is no log to report it to.
      }
    }
  };
  const write =
    (level: LogLevel) =>
    (code: LogCode, fields?: ErrorDetails): void => {
      const event: LogEvent = { at: now(), level, code, ...(fields && { fields }) };
      memory.push(event);
      if (memory.length > MEMORY) memory.shift();
      relay(event);
    };
  return {
    ...byLevel(write),
    relay,
    recent: () => [...memory],
    addSink(sink) {
      targets.add(sink);
      return () => void targets.delete(sink);
    },
  };
}
