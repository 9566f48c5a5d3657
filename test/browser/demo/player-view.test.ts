import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Day, Person } from '../../../demo/play/days.ts';
import { remember } from '../../../demo/preferences.ts';
import { createPlayerView } from '../../../demo/views/player-view.ts';
import { deferred, openDemoPage, place, press, settled, textOf } from './demo-page.ts';

const DAY: Day = { date: '2016-04-12', steps: 1, distanceKm: 1, activeMinutes: 1, sedentaryMinutes: 1, calories: 1 };
const PEOPLE: readonly Person[] = ['1', '2'].map((id) => ({ id, label: `Person ${id}`, days: [DAY, DAY, DAY] }));

beforeEach(() => {
  // Without locks, as in a page that is not secure, nothing here needs an answer of the browser.
  vi.stubGlobal('navigator', {});
  localStorage.clear();
  openDemoPage();
});
afterEach(() => void vi.unstubAllGlobals());

/** The controls, whose goal and whose days wait until they are let go; what was recorded, as person and day. */
function setUp(speed: number | 'all' = 'all') {
  remember({ person: '1', speed });
  const recorded: string[] = [];
  const [goal, receipt] = [deferred(), deferred()];
  const view = createPlayerView({
    people: PEOPLE,
    record: (person, index) => {
      recorded.push(`${person.id}/${index}`);
      return receipt.promise;
    },
    prepare: () => goal.promise,
    onPerson: () => undefined,
  });
  const letGo = async ({ resolve }: { readonly resolve: () => void }): Promise<void> => {
    resolve();
    await settled();
  };
  return { view, recorded, setGoal: () => letGo(goal), receive: () => letGo(receipt) };
}

const phase = (): string | undefined => place('play-status').dataset['phase'];
const ALL = ['1/0', '1/1', '1/2'];

test('Play that is pressed twice before it plays records each day once', async () => {
  const { recorded, setGoal, receive } = setUp();
  press('play');
  press('play');
  await setGoal();
  await receive();
  expect(recorded).toEqual(ALL);
  expect(textOf('play-status')).toBe('3 of 3 days played.');
});

test('a pause stays one, however often Play was pressed before it played', async () => {
  const { recorded, setGoal, receive } = setUp(20);
  press('play');
  press('play');
  await setGoal();
  press('play');
  await receive();
  expect(recorded).toEqual(['1/0']);
  expect(phase()).toBe('paused');
  expect(textOf('play')).toBe('Resume');
});

test('Stop that is pressed before it plays means that nothing is played, until Play is pressed again', async () => {
  const { recorded, setGoal, receive } = setUp();
  press('play');
  await settled();
  press('stop');
  await setGoal();
  expect(recorded).toEqual([]);
  expect(phase()).toBe('stopped');
  press('play');
  await settled();
  await receive();
  expect(recorded).toEqual(ALL);
});

test('Stop shows that there is nothing to stop, and keeps the focus all the same', async () => {
  const { setGoal, receive } = setUp();
  const isOff = (): string | null => place('stop').getAttribute('aria-disabled');
  expect(isOff()).toBe('true');
  press('play');
  await setGoal();
  await receive();
  expect(isOff()).toBe('false');
  place('stop').focus();
  press('stop');
  expect(isOff()).toBe('true');
  expect(document.activeElement).toBe(place('stop'));
});

test('what waits for a pause waits for the goal that Play sets first, and then nothing is played into it', async () => {
  const { view, recorded, setGoal } = setUp();
  const told: string[] = [];
  press('play');
  await settled();
  void view.pause().then(() => told.push('paused'));
  await settled();
  expect(told).toEqual([]);
  await setGoal();
  expect(told).toEqual(['paused']);
  expect(recorded).toEqual([]);
});

test('when another person is chosen before it plays, neither is played', async () => {
  const { view, recorded, setGoal } = setUp();
  press('play');
  await settled();
  const choice = place('person') as HTMLSelectElement;
  choice.value = '2';
  choice.dispatchEvent(new Event('change'));
  press('play');
  await setGoal();
  expect(view.person().id).toBe('2');
  expect(recorded).toEqual([]);
  expect(phase()).toBe('stopped');
});

test('Resume that is pressed while the last days are under way does not play all of them again', async () => {
  const { recorded, setGoal, receive } = setUp();
  press('play');
  await setGoal();
  press('play');
  expect(textOf('play')).toBe('Resume');
  press('play');
  await receive();
  expect(recorded).toEqual(ALL);
  expect(textOf('play')).toBe('Play again');
  press('play');
  await settled();
  expect(recorded).toEqual([...ALL, ...ALL]);
});
