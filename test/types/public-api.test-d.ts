// Compiled, not run: each expectation below is a mistake that the types must catch, or a use that they must allow.
import {
  createIndexedDbPersistence,
  FeedbackEventBus,
  GoalDrivenFeedbackLoop,
  GoalFeedbackWorker,
  isNudgeloopError,
  SimpleGoalFeedbackStrategy,
  systemClock,
  type FeedbackEvent,
  type GoalFeedbackPersistence,
  type GoalFeedbackStrategy,
  type NudgeloopErrorCode,
  type Nudge,
} from 'nudgeloop/core';

declare const persistence: GoalFeedbackPersistence;
declare const nudge: Nudge;
const strategy = new SimpleGoalFeedbackStrategy({ oneDirectionLayers: ['time'] });

// A loop needs a strategy, and a strategy needs its one method.
void new GoalDrivenFeedbackLoop({ strategy, retentionWindow: { days: 30 } });
void createIndexedDbPersistence({ database: 'mine', newId: () => 'id', clock: systemClock, durability: undefined, log: undefined });
// @ts-expect-error without a strategy
void new GoalDrivenFeedbackLoop({});
// @ts-expect-error months have no fixed length
void new GoalDrivenFeedbackLoop({ strategy, retentionWindow: { months: 1 } });
// @ts-expect-error a worker needs storage
void new GoalFeedbackWorker({ strategy });
// @ts-expect-error a misspelt option
void new GoalFeedbackWorker({ strategy, persistence, retentionLimits: 3 });
// @ts-expect-error one worker takes the place of another in a host only: here both would hear the bus
void new GoalFeedbackWorker({ strategy, persistence }, new GoalFeedbackWorker({ strategy, persistence }));
// @ts-expect-error suggestActions is missing
const none: GoalFeedbackStrategy = { lookback: 3 };
// @ts-expect-error one suggestion is no list of them
const one: GoalFeedbackStrategy = { suggestActions: (_history, actions) => actions[0] };
const sync: GoalFeedbackStrategy = { suggestActions: (_history, actions) => actions };
const async: GoalFeedbackStrategy = { suggestActions: async (_history, actions) => actions };

// What a strategy is shown cannot be changed by it.
const greedy: GoalFeedbackStrategy = {
  suggestActions: (history, actions) => {
    // @ts-expect-error the history is read only
    history.push({});
    return actions;
  },
};

// Events are one union, told apart by their type.
const bus = new FeedbackEventBus<FeedbackEvent>();
bus.publish({ type: 'actions', actions: { steps: 1 } });
// @ts-expect-error there is no such event
bus.publish({ type: 'action', actions: [] });
bus.subscribe((event) => {
  if (event.type === 'nudge') event.nudge.suggestions[0]?.goalFeedback?.analysis['steps']?.gap.toFixed();
  // @ts-expect-error only a nudge event has a nudge
  void event.nudge.id;
});

// The trend is one of three words, a baseline may be absent.
const trend: 'toward_goal' | 'away_from_goal' | 'stable' | undefined = nudge.analysis['steps']?.trend;
// @ts-expect-error null for a metric that no retained action has
const baseline: number | undefined = nudge.analysis['steps']?.baseline;

// Error codes are a closed union: a switch over them can be proved exhaustive.
try {
  await new GoalDrivenFeedbackLoop({ strategy }).history();
} catch (error) {
  if (isNudgeloopError(error)) {
    const code: NudgeloopErrorCode = error.code;
    // @ts-expect-error no such code
    if (error.code === 'action.wrong') void code;
  }
}

void [none, one, sync, async, greedy, trend, baseline];

// A storage needs nothing that the machine has; a worker without a host reads and acknowledges as a client does.
void createIndexedDbPersistence({ database: 'mine' });
const worker = new GoalFeedbackWorker({ strategy, persistence });
void worker.acknowledge(await worker.nudges());
void worker.deadLetters.discard(await worker.deadLetters.list({ limit: 1 }));
// @ts-expect-error a call is named by its client and its number
void worker.record({ steps: 1 }, 'event-1');
