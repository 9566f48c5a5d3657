import { startWorker, type Action, type GoalFeedbackStrategy } from 'nudgeloop/worker';
import { badAnswers } from './bad-answers.ts';
import { report } from './report.ts';
import { watchWorker } from './watch-host.ts';

// An app's own worker with strategies as bad as they come. The script's URL says more: `?database=…`,
// `?strategyDeadline=…`.
watchWorker();

const parameters = new URL(location.href).searchParams;
const database = parameters.get('database');

type Suggest = GoalFeedbackStrategy['suggestActions'];

const advise = (actions: readonly Action[]): Action[] => actions.map((action) => ({ ...action, steps: 1 }));

const sleep = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });

const suggest: Readonly<Record<string, Suggest>> = {
  /** Answers at once. */
  good: async (_history, actions) => advise(actions),
  /** Answers when the server does. */
  async waiting(_history, actions) {
    await fetch('/strategy');
    return advise(actions);
  },
  throws() {
    throw new Error('a strategy that throws');
  },
  rejects: async () => {
    throw new Error('a strategy that rejects');
  },
  junk: async () => [42, null, { __proto__: null, constructor: 'x' }, 'text'] as never,
  never: () => new Promise<never>(() => undefined),
  forever() {
    for (;;);
  },
  /** Changes all it is given, before and after it answers, and then its answer. */
  async mutates(history, actions, goal) {
    const advice = advise(actions);
    const given = [...history, ...actions];
    for (const record of [...given, goal]) spoil(record);
    (history as Action[]).length = 0;
    (actions as Action[]).length = 0;
    setTimeout(() => [...given, ...advice].forEach(spoil), 1);
    return advice;
  },
  /** Fails at every action that says `poison: true`. */
  async poison(_history, actions) {
    if (actions.some((action) => action['poison'] === true)) throw new Error('poison');
    return advise(actions);
  },
  /** Takes as long as the action says, or half a second. */
  async slow(_history, actions) {
    await sleep(Number(actions[0]?.['takes'] ?? 500));
    return advise(actions);
  },
  /** As the action says: a good page can turn one bad for a while. */
  async obeys(history, actions, goal, context) {
    const how = actions.at(-1)?.['strategy'];
    return (suggest[typeof how === 'string' ? how : 'good'] ?? suggest['good']!)(history, actions, goal, context);
  },
  /** As the first action says that is not good: one bad action turns the whole call bad. */
  async worst(history, actions, goal, context) {
    const how = actions.find(({ strategy }) => typeof strategy === 'string')?.['strategy'] as string | undefined;
    const bad = badAnswers[how ?? ''];
    if (bad !== undefined) return bad() as never;
    return (suggest[how ?? 'good'] ?? suggest['good']!)(history, actions, goal, context);
  },
  /** Asks the server about each action by its number, and fails when that fails. */
  async asks(_history, actions) {
    for (const action of actions) {
      const { ok } = await fetch(`/strategy?n=${Number(action['n'])}`);
      if (!ok) throw new Error('the server failed');
    }
    return advise(actions);
  },
  /** Fails at poison until the server has `/mended`. Takes as long as the first action says. */
  async mended(_history, actions) {
    const isPoison = actions.some((action) => action['poison'] === true);
    if (isPoison && !(await fetch('/mended')).ok) throw new Error('poison');
    await sleep(Number(actions[0]?.['takes'] ?? 0));
    return advise(actions);
  },
  /** Says far more than it was told, once the server lets it. */
  async verbose(_history, actions) {
    await fetch('/strategy');
    return advise(actions).map((action) => ({ ...action, text: randomText(30_000) }));
  },
};

/** A text that does not get smaller by compression. */
function randomText(length: number): string {
  const bytes = crypto.getRandomValues(new Uint8Array(length));
  return Array.from(bytes, (byte) => String.fromCharCode(48 + (byte % 64))).join('');
}

function spoil(record: Readonly<Record<string, unknown>>): void {
  try {
    Object.assign(record, { n: -1, steps: -1, spoiled: true });
  } catch {
    // Frozen, which is as good as a copy.
  }
}

/** Each run is reported, with the actions it is about. */
const watched = (name: string, run: Suggest): (() => GoalFeedbackStrategy) => {
  return () => ({
    suggestActions(history, actions, goal, context) {
      report('strategy', { name, ns: actions.map((action) => action['n'] ?? null) });
      return run(history, actions, goal, context);
    },
  });
};

const worker = startWorker({
  ...(database === null ? {} : { database }),
  strategies: Object.fromEntries(Object.entries(suggest).map(([name, run]) => [name, watched(name, run)])),
  strategyDeadline: Number(parameters.get('strategyDeadline') ?? 5_000),
});

for (const kind of ['sync', 'periodicsync', 'push']) addEventListener(kind, () => report('event', { kind }));
addEventListener('push', (event) => (event as Event & { waitUntil(work: Promise<unknown>): void }).waitUntil(worker.wake('push')));
