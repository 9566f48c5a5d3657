// Compiled, not run: a client that was told what its actions and its goal look like.
import { createNudgeloop, type Action, type ClientOptions, type ClientState, type GoalState, type LoopClient, type LoopShapes, type Nudge, type NudgeloopClient, type Suggestion } from 'nudgeloop';

/** Whether two types can stand for each other. */
type Same<A, B> = ((value: A) => A) extends (value: B) => B ? true : false;

interface Place {
  readonly lat: number;
  readonly lon: number;
}
// Interfaces, which TypeScript never takes for a record.
interface Walk {
  readonly steps: number;
  readonly note?: string;
  readonly place?: Place | undefined;
}
interface Target {
  readonly steps: number;
  readonly minutes?: number;
  readonly why?: string;
}
interface Walking {
  readonly action: Walk;
  readonly goal: Target;
}
type Sleeping = { action: { hours: number }; goal: { hours: number } };

const client = createNudgeloop<Walking>({ goalState: { steps: 10_000, why: 'the stairs' }, retentionWindow: { days: 30 } });
const claim0: Same<typeof client, NudgeloopClient<Walking>> = true;

// What goes in.
declare const walks: readonly Walk[];
void client.record({ steps: 4_200 });
void client.record(walks);
void client.record([{ steps: 1, note: 'x', timestamp: new Date() }, { steps: 2, timestamp: 0 }]);
void client.setGoalState({ steps: 1, minutes: 30 });
void client.suggestActions(walks, [{ steps: 1 }]);
// @ts-expect-error a typo
void client.record({ stepz: 4_200 });
// @ts-expect-error a field that nobody declared
void client.record({ steps: 1, nota: 'x' });
// @ts-expect-error text is no number
void client.record([{ steps: '4200' }]);
// @ts-expect-error an await was forgotten
void client.record(Promise.resolve({ steps: 1 }));
// @ts-expect-error a typo
void client.setGoalState({ stepz: 10_000 });
// @ts-expect-error it would steer toward nothing
void client.setGoalState({ steps: undefined });
// @ts-expect-error a typo
createNudgeloop<Walking>({ goalState: { stepz: 1 } });
// @ts-expect-error a misspelt option is found as before
createNudgeloop<Walking>({ goal: { steps: 1 } });

// What comes out.
const [entry] = await client.history();
const [nudge] = await client.nudges();
const suggestion = nudge?.suggestions[0];
entry?.action.steps.toFixed();
entry?.action.place?.lat.toFixed();
(entry?.action.timestamp satisfies string | number | undefined);
// The built-in strategies move each metric of the goal: one that may be unset may be absent.
suggestion?.steps.toFixed();
(suggestion?.minutes satisfies number | undefined);
suggestion?.goalFeedback?.analysis.steps?.gap.toFixed();
nudge?.analysis.minutes?.gap.toFixed();
nudge?.goalState.why?.trim();
client.state().goalState?.steps.toFixed();
client.state().unacknowledged[0]?.suggestions[0]?.steps.toFixed();
(await client.inspect()).loop.pending.items[0]?.actions[0]?.steps.toFixed();
(await client.deadLetters.list())[0]?.actions[0]?.note?.trim();
(await client.suggestActions([], []))[0]?.steps.toFixed();
client.on('nudge', ({ suggestions: [next] }) => next?.steps.toFixed());
client.on('status', ({ goalState }) => goalState?.steps.toFixed());
if (nudge) void client.acknowledge(nudge);
// @ts-expect-error a typo
void entry?.action.stepz;
// @ts-expect-error a typo
void suggestion?.stepz;
// @ts-expect-error not a metric of the goal
void nudge?.analysis.why;
// @ts-expect-error it may be absent
entry?.action.note.trim();

// What an editor shows is the fields, as JSON keeps them.
const claim1: Same<Action<Walking>, { readonly steps: number; readonly note?: string; readonly place?: { readonly lat: number; readonly lon: number }; readonly timestamp?: string | number }> = true;
const claim2: Same<Action<{ action: { at: Date; tags: string[]; gone: string | undefined }; goal: Target }>, { at: string; tags: string[]; gone?: string; readonly timestamp?: string | number }> = true;
const claim3: Same<Action<{ action: { timestamp: string }; goal: Target }>, { timestamp: string }> = true;
const claim4: Same<GoalState<Walking>, { readonly steps: number; readonly minutes?: number; readonly why?: string }> = true;

// A strategy of the app may suggest something else.
const told = createNudgeloop<{ action: Walk; goal: Target; suggestion: { text: string } }>();
told.on('nudge', ({ suggestions: [next] }) => next?.text.trim());
// @ts-expect-error it does not say so
told.on('nudge', ({ suggestions: [next] }) => next?.steps);

// Actions of several kinds.
const kinds = createNudgeloop<{ action: { kind: 'walk'; steps: number } | { kind: 'sleep'; hours: number }; goal: { steps?: number; hours?: number } }>();
void kinds.record({ kind: 'sleep', hours: 7 });
kinds.on('nudge', ({ suggestions: [next] }) => (next?.kind === 'sleep' ? next.hours.toFixed() : next?.steps.toFixed()));
// @ts-expect-error a walk has steps
void kinds.record({ kind: 'walk', hours: 7 });

// Each loop has shapes of its own, said there or at the variable.
const sleep = client.loop<Sleeping>('sleep', { goalState: { hours: 8 } });
void sleep.record({ hours: 7 });
// Or with the options.
const options: ClientOptions<Walking> = { goalState: { steps: 1 } };
const configured = createNudgeloop(options);
void configured.record({ steps: 1 });
// @ts-expect-error a typo
void configured.record({ stepz: 1 });
const annotated1: LoopClient<Sleeping> = client.loop('sleep');
const annotated2: NudgeloopClient<Walking> = createNudgeloop({ goalState: { steps: 1 } });
// @ts-expect-error another loop's action
void sleep.record({ steps: 1 });
// @ts-expect-error a typo
client.loop<Sleeping>('sleep', { goalState: { hour: 8 } });
// @ts-expect-error one loop is not the other
const wrong: LoopClient<Walking> = sleep;

// A client goes wherever one without shapes is asked for, and so does what it gives; and the other way round.
const show = (loop: LoopClient): (() => void) => loop.on('nudge', (given: Nudge) => void loop.acknowledge(given));
show(client);
show(told);
show(kinds);
show(sleep);
const untyped: [NudgeloopClient, Nudge | undefined, Action | undefined, Suggestion | undefined, ClientState] = [client, nudge, entry?.action, suggestion, client.state()];
const typed: NudgeloopClient<Walking> = untyped[0];
// A helper for any shapes.
const acknowledgeAll = async <Shapes extends LoopShapes>(loop: LoopClient<Shapes>): Promise<number> => loop.acknowledge(await loop.nudges());
void acknowledgeAll(client);
void acknowledgeAll(untyped[0]);

// Without shapes all is as it was: any record goes in, any field comes out.
const any = createNudgeloop({ goalState: { steps: 1 } });
const claim5: Same<typeof any, NudgeloopClient> = true;
void any.record({ anything: [1, { else: null }] });
any.on('nudge', ({ suggestions: [next], analysis }) => [next?.['anything'], next?.goalFeedback, analysis['anything']?.gap]);
declare const made: ReturnType<typeof createNudgeloop>;
void made.record({ anything: 1 });
show(made);

// What no shapes are.
// @ts-expect-error the goal is missing
createNudgeloop<{ action: Walk }>();
// @ts-expect-error an action is no list
createNudgeloop<{ action: Walk[]; goal: Target }>();

export const used = [annotated1, annotated2, wrong, typed, claim0, claim1, claim2, claim3, claim4, claim5];
