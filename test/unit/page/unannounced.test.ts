import { expect, test } from 'vitest';
import { createMemoryPersistence, type GoalFeedbackPersistence } from 'nudgeloop/core';
import { createTestLoop } from 'nudgeloop/testing';

const goalState = { steps: 10 };

/** A loop whose worker dies after the next commit, before it tells anybody; two tabs listen. */
async function setUp() {
  const loop = createTestLoop({ goalState });
  const other = loop.openTab();
  const heard: string[] = [];
  loop.client.on('nudge', ({ seq }) => heard.push(`own ${seq}`));
  other.client.on('nudge', ({ seq }) => heard.push(`other ${seq}`));
  await Promise.all([loop.client.ready, other.client.ready]);
  await loop.client.record({ steps: 1 });
  await loop.settle();
  expect(heard.sort()).toEqual(['other 0', 'own 0']);
  heard.length = 0;
  loop.killWorker('after-commit');
  return { loop, other, heard };
}

test('a nudge of an action whose worker died before it told anybody reaches every tab with the call that is sent again', async () => {
  const { loop, heard } = await setUp();
  const recording = loop.client.record({ steps: 2 });
  await loop.advance(1_000);
  expect(await recording).toMatchObject({ duplicate: true });
  expect(heard.sort()).toEqual(['other 1', 'own 1']);
});

test('a nudge of which the answer and the hint were lost comes with the call that is sent again', async () => {
  const loop = createTestLoop({ goalState });
  const heard: number[] = [];
  loop.client.on('nudge', ({ seq }) => heard.push(seq));
  await loop.client.ready;
  // The first poll looks for nudges too.
  await loop.settle();
  loop.messages.lose('answers');
  loop.messages.lose('hints');
  const recording = loop.client.record({ steps: 1 });
  await loop.settle();
  loop.messages.heal();
  await loop.advance(1_000);
  expect(await recording).toMatchObject({ duplicate: true });
  expect(heard).toEqual([0]);
});

test('a nudge of a goal whose worker died before it told anybody reaches every tab too', async () => {
  const { loop, heard } = await setUp();
  const setting = loop.client.setGoalState({ steps: 20 });
  await loop.advance(1_000);
  await setting;
  expect(heard.sort()).toEqual(['other 1', 'own 1']);
});

test('an acknowledgement whose worker died before it told anybody is told with the call that is sent again', async () => {
  const { loop, other } = await setUp();
  const acknowledging = loop.client.acknowledge((await loop.client.nudges())[0]!);
  await loop.advance(1_000);
  await acknowledging;
  expect([loop.client.state().unacknowledged, other.client.state().unacknowledged]).toEqual([[], []]);
});

test('the call that is sent again answers what the first copy took', async () => {
  const { loop } = await setUp();
  const acknowledging = loop.client.acknowledge((await loop.client.nudges())[0]!);
  await loop.advance(1_000);
  expect(await acknowledging).toBe(1);
});

test.each(['retry', 'discard'] as const)('so does one that moved dead letters (%s)', async (way) => {
  const strategy = { suggestActions: () => Promise.reject(new Error('no')) };
  const loop = createTestLoop({ goalState, maxAttempts: 1, worker: { strategy } });
  await loop.client.record({ steps: 1 });
  await loop.settle();
  const letters = await loop.client.deadLetters.list();
  expect(letters).toHaveLength(1);
  loop.killWorker('after-commit');
  const moving = loop.client.deadLetters[way](letters);
  await loop.advance(1_000);
  expect(await moving).toBe(1);
});

test('the judgement of a goal whose worker died before it began comes with the call that is sent again', async () => {
  const strategy = { suggestActions: (_history: unknown, actions: readonly object[]) => actions.map((action) => ({ ...action, steps: 7 })) };
  const loop = createTestLoop({ goalState, pollInterval: 3_600_000, worker: { strategy } });
  const causes: string[] = [];
  loop.client.on('nudge', ({ cause }) => causes.push(cause));
  await loop.client.record({ steps: 1 });
  await loop.settle();
  loop.killWorker('after-commit');
  const setting = loop.client.setGoalState({ steps: 20 });
  await loop.advance(5_000);
  await setting;
  await loop.settle();
  expect(causes).toEqual(['actions', 'goal']);
});

test('a history that was reset by a worker that died before it answered counts what it removed', async () => {
  const loop = createTestLoop({ goalState });
  await loop.client.record([{ steps: 1 }, { steps: 2 }]);
  loop.killWorker('after-commit');
  const resetting = loop.client.resetHistory();
  await loop.advance(5_000);
  expect(await resetting).toBe(2);
});

test('a goal that was set by a worker that died before it answered counts as changed', async () => {
  const loop = createTestLoop({ goalState });
  await loop.client.ready;
  loop.killWorker('after-commit');
  const setting = loop.client.setGoalState({ steps: 20 });
  await loop.advance(5_000);
  expect(await setting).toEqual({ changed: true });
  expect(await loop.client.setGoalState({ steps: 20 })).toEqual({ changed: false });
});

/** Two tabs without a worker; the other one closes after its next commit, before it tells anybody. */
async function setUpPages() {
  const memory = createMemoryPersistence({ newId: () => 'epoch' });
  let committed = (): void => undefined;
  const persistence: GoalFeedbackPersistence = { ...memory, durable: true, write: (name, work) => memory.write(name, work).finally(() => committed()) };
  const loop = createTestLoop({ goalState, serviceWorker: false, persistence });
  const other = loop.openTab();
  const heard: string[] = [];
  loop.client.on('nudge', ({ seq }) => heard.push(`nudge ${seq}`));
  loop.client.on('acknowledged', ({ seqs }) => heard.push(`acknowledged ${seqs.join()}`));
  await Promise.all([loop.client.ready, other.client.ready]);
  await other.client.record({ steps: 1 });
  await loop.settle();
  expect(heard.splice(0)).toEqual(['nudge 0']);
  committed = () => other.close();
  return { loop, other, heard };
}

test('a nudge of a page that closed between commit and telling reaches a visible tab at its next poll', async () => {
  const { loop, other, heard } = await setUpPages();
  other.client.record({ steps: 2 }).catch(() => undefined);
  await loop.advance(59_000);
  expect(heard).toEqual([]);
  await loop.advance(1_000);
  expect(heard).toEqual(['nudge 1']);
});

test('so does what was acknowledged there: it leaves the screen', async () => {
  const { loop, other, heard } = await setUpPages();
  other.client.acknowledge((await other.client.nudges())[0]!).catch(() => undefined);
  await loop.advance(59_000);
  expect(loop.client.state().unacknowledged).toHaveLength(1);
  await loop.advance(1_000);
  expect(loop.client.state().unacknowledged).toEqual([]);
  expect(heard).toEqual(['acknowledged 0']);
});

test('it leaves the screen at once if the user acknowledges it there too', async () => {
  const { loop, other, heard } = await setUpPages();
  const [nudge] = await other.client.nudges();
  other.client.acknowledge(nudge!).catch(() => undefined);
  await loop.settle();
  expect(await loop.client.acknowledge(nudge!)).toBe(0);
  await loop.settle();
  expect(loop.client.state().unacknowledged).toEqual([]);
  expect(heard).toEqual(['acknowledged 0']);
});
