// Compiled, not run: what an app may and may not write against `nudgeloop`.
import { createNudgeloop, type GoalFeedbackStrategy, type NudgeloopClient, type StrategyContext, type StrategyFactory } from 'nudgeloop';
import type { Workbox } from 'workbox-window';

const client: NudgeloopClient = createNudgeloop({ goalState: { steps: 10_000 }, retentionWindow: { days: 30 } });

// @ts-expect-error a misspelt option
createNudgeloop({ goal: { steps: 1 } });
// @ts-expect-error a duration has fields of fixed length
createNudgeloop({ retentionWindow: '30 days' });
// @ts-expect-error an action is a record
void client.record('walked');
// @ts-expect-error there is no such event
client.on('nudges', () => undefined);
// @ts-expect-error the payload is a nudge
client.on('nudge', (text: string) => text);

// The page's strategies are typed by what the page imports.
const later: GoalFeedbackStrategy = { suggestActions: (_history, actions, _goal, { now }: StrategyContext) => actions.map((action) => ({ ...action, now })) };
const factory: StrategyFactory = ({ step }) => (step === undefined ? later : { ...later, lookback: Number(step) });
createNudgeloop({ strategies: { later: factory }, strategy: { type: 'later', step: 3 } });

const off: () => void = client.on('nudge', (nudge) => void client.acknowledge(nudge));
void client.record([{ steps: 1, timestamp: new Date() }, { mood: 'fine' }]);
void client.acknowledge([]).then((count: number) => count);
void off;

declare const workbox: Workbox;
// What workbox-window's register() returns is taken.
createNudgeloop({ serviceWorker: workbox.register() });
// @ts-expect-error what getRegistrations() returns is not
createNudgeloop({ serviceWorker: navigator.serviceWorker.getRegistrations() });
