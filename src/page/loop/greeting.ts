import type { GoalState } from '../../model/goal.ts';
import type { LoopSettings } from '../../model/settings.ts';
import type { Hello } from '../../protocol/api.ts';
import { PROTOCOL_RANGE } from '../../protocol/version.ts';
import { runAgain } from '../run-again.ts';
import type { Session } from '../session/session-types.ts';
import { keepInOrder } from './keep-in-order.ts';
import type { LoopLife } from './loop-life.ts';
import type { StandingGoal } from './standing-goal.ts';

/** Milliseconds until something that a full disk refused is tried again, with the next call. */
const RETRY_MS = 10_000;

/** Tells the host what it must know of a loop before any other call, and keeps its answer. */
export interface Greeting {
  /** The answer to the greeting; greets first if that is needed. */
  open(): Promise<Hello>;
  /**
   * Greets again; once for all that ask at the same time.
   *
   * @param isLeft the host was left: a greeting that is on its way to it does not count
   */
  renew(isLeft?: boolean): void;
  /** The host no longer knows the loop. */
  forget(): void;
  /**
   * Call when the page wakes up: asks whether the loop was erased in the meantime, before any other call. Settles when
   * that is known, or can't be known.
   *
   * @returns the revision of what is stored now; if that can't be known, null, or undefined if no greeting was in force
   */
  check(): Promise<number | null | undefined>;
  /** Settles when the check in progress has, if there is one. */
  whenChecked(): Promise<unknown>;
  /**
   * Something of the loop is stored now: finds out which life of the loop that is, if it had none yet. Settles when that
   * is known, or can't be known.
   *
   * @param mayBeOther there are signs that it is another life than the known one
   */
  learn(mayBeOther: boolean): Promise<void>;
}

/** Options of `createGreeting`. */
export interface GreetingOptions {
  readonly name: string;
  readonly settings: LoopSettings;
  /** Is stored with a greeting, if it is due. */
  readonly goal: StandingGoal;
  readonly session: Session;
  /** Gets what answers say about the loop's life, so the app hears of an erasure during which the page slept. */
  readonly life: LoopLife;
  /** Wraps each greeting and reports its outcome, unless a later greeting has begun. */
  readonly around: (greet: () => Promise<Hello>, isLatest: () => boolean) => Promise<Hello>;
}

/** What is stored of a loop; settings and goal in a form that can be compared too. */
interface Stored {
  readonly settings: string;
  readonly goal: string;
  readonly goalState: GoalState | null;
  readonly revision: number;
}

/** Makes a loop's greeting. Nothing is sent before the first `open`. */
export function createGreeting({ name, settings, goal, session, life, around }: GreetingOptions): Greeting {
  const { realm } = session;
  /** The last greeting; undefined if it failed or became invalid. */
  let opened: Promise<Hello> | undefined;
  let greetings = 0;
  let renewal: Promise<unknown> | undefined;
  /** The check in progress, which calls wait for. */
  let checking: Promise<number | null | undefined> | undefined;
  /** The greeting of the calls that wait for it: one for all, since they are sent in one turn. */
  let held: Promise<Hello> | undefined;
  /** After a refused write: what is stored instead, if known, and when to try again. */
  let refused: { readonly stored: Stored | undefined; readonly at: number } | undefined;
  let retrying: Promise<Hello> | undefined;

  /**
   * Only reads: another hello would bring back this page's settings, which may be outdated. Undefined if there is no
   * answer.
   */
  const look = async (): Promise<Stored | undefined> => {
    const before = life.heardErasures();
    const answer = await session.call('inspect', { loop: name }).catch(() => undefined);
    if (answer === undefined) return undefined;
    const { host, inspection } = answer;
    // If the database was lost since this was read, the answer is already about the next one.
    if (host.epoch === session.knownEpoch()) life.note(host.incarnation, before);
    const { settings: found, goalState, revision } = inspection;
    return { settings: JSON.stringify(found), goal: JSON.stringify(goalState), goalState, revision };
  };

  const greet = (): Promise<Hello> => {
    const mine = (greetings += 1);
    const isLatest = (): boolean => mine === greetings;
    const say = async (): Promise<Hello> => {
      const before = life.heardErasures();
      const hello = await session.greet({ protocol: PROTOCOL_RANGE, loop: name, settings });
      const isCurrent = opened === greeting;
      life.note(hello.incarnation, before);
      // It may have been cleared by `life.note`. But what was erased before this greeting does not affect it.
      if (isCurrent) opened = greeting;
      if (goal.isDue()) await goal.store(async () => (await look())?.goalState);
      const isRefused = goal.isDue() || hello.unstored === true;
      const stored = isRefused ? await look() : undefined;
      if (isLatest()) refused = isRefused ? { stored, at: realm.clock.now() + RETRY_MS } : undefined;
      return hello;
    };
    const failed = (error: unknown): never => {
      // Before the failure is reported: a listener may call at once, and that call must greet again.
      if (opened === greeting) opened = undefined;
      throw error;
    };
    const greeting = around(() => say().catch(failed), isLatest);
    return (opened = greeting);
  };

  /** Greets again, unless other settings were stored in the meantime: those are newer. The same goes for another goal. */
  const retry = async (known: Promise<Hello>, before: Stored | undefined): Promise<Hello> => {
    const stored = await look();
    if (opened !== known) return opened ?? greet();
    if (before === undefined || stored === undefined) refused = { stored: before ?? stored, at: realm.clock.now() + RETRY_MS };
    else {
      refused = undefined;
      if (stored.goal !== before.goal || stored.settings !== before.settings) goal.giveWay();
      if (stored.settings === before.settings) return greet();
    }
    return known;
  };

  /** The greeting that is good for a call made now. */
  const current = (): Promise<Hello> => {
    if (opened === undefined) return greet();
    if (retrying === undefined) {
      const wait = refused === undefined ? Infinity : refused.at - realm.clock.now();
      // A wait longer than RETRY_MS means that the clock was set back.
      if (refused === undefined || (wait > 0 && wait <= RETRY_MS)) return opened;
      retrying = retry(opened, refused.stored).finally(() => (retrying = undefined));
    }
    // One for all: a call that did not wait for it would overtake the one that started it.
    return retrying;
  };

  const lookAgain = runAgain(look);
  const inOrder = keepInOrder<Hello>();

  return {
    // Those who wait for an earlier greeting go first, though it may be unanswered when the next one is answered.
    open: () => inOrder(checking === undefined ? current() : (held ??= checking.then(current))),
    renew(isLeft) {
      if (renewal !== undefined && !isLeft) return;
      const mine = (renewal = greet()
        .catch(() => undefined)
        .finally(() => renewal === mine && (renewal = undefined)));
    },
    forget() {
      opened = refused = undefined;
    },
    check() {
      const known = opened;
      const looked = look().then((stored) => {
        if (stored !== undefined) return stored.revision;
        // Not known: greet again, so that at least nothing runs under the settings of a new life.
        if (opened === known) opened = undefined;
        return known && null;
      });
      checking = looked;
      held = undefined;
      void looked.then(() => {
        if (checking === looked) checking = held = undefined;
      });
      return looked;
    },
    whenChecked: async () => checking,
    async learn(mayBeOther) {
      // Once more if a look is on its way: its answer may be older than the signs.
      if ((life.name() === '' || mayBeOther) && session.isConnected()) await lookAgain();
    },
  };
}
