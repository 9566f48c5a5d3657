import type { Person } from '../play/days.ts';
import { playAlone } from '../play/player-lock.ts';
import { createPlayer, type Player, type PlayerState, type Speed } from '../play/player.ts';
import { readPreferences, remember, rememberPosition } from '../preferences.ts';
import { element, find, findText, setText } from '../ui/dom.ts';
import { attempt, showProblem } from '../ui/problem.ts';

/** What the player needs from the page. */
export interface PlayerViewOptions {
  readonly people: readonly Person[];
  /** Records one day of a person. */
  readonly record: (person: Person, index: number) => Promise<unknown>;
  /** Runs before the first day: sets a goal if there is none. */
  readonly prepare: () => Promise<void>;
  /** Another person was chosen. */
  readonly onPerson: (person: Person) => void;
}

/** The controls for whose days are played, and how. */
export interface PlayerView {
  person(): Person;
  /** Settles once no day is in progress. */
  pause(): Promise<void>;
  /** Returns to the first day, since the history is gone. */
  rewind(): void;
}

const LABELS: Readonly<Record<PlayerState['phase'], string>> = {
  stopped: 'Play',
  playing: 'Pause',
  paused: 'Resume',
  finished: 'Play again',
};

/** Makes the controls, for the last chosen person. */
export function createPlayerView({ people, record, prepare, onPerson }: PlayerViewOptions): PlayerView {
  const choice = find('person', HTMLSelectElement);
  const speed = find('speed', HTMLSelectElement);
  const shift = find('shift-dates', HTMLInputElement);
  const problem = findText('play-problem');
  const stored = readPreferences();

  choice.append(...people.map(({ id, label, days }) => element('option', { value: id }, `${label}, ${days.length} days`)));
  let person = personOf(people, stored.person);
  choice.value = person.id;
  speed.value = String(stored.speed);
  if (speed.selectedIndex < 0) speed.value = '5';
  shift.checked = stored.shiftDates;
  // Before the people are loaded, there is nothing to play.
  find('play', HTMLButtonElement).disabled = false;
  find('stop', HTMLButtonElement).disabled = false;

  const storedPosition = (): number => Math.min(readPreferences().positions[person.id] ?? 0, person.days.length);
  const make = (): Player => {
    const whose = person;
    const made = createPlayer({
      length: whose.days.length,
      position: storedPosition(),
      speed: speedOf(speed.value),
      record: (index) => record(whose, index),
      onChange(state) {
        rememberPosition(whose.id, state.position);
        if (whose === person) show(state);
      },
      onFailure: (error) => showProblem(problem, error),
    });
    show(made.state());
    return made;
  };
  let player = make();
  /** Settles once the last played days are over, and another tab may play. */
  let played = Promise.resolve();

  /** Another tab may have played on, or started again. */
  const takeUp = (): void => {
    if (player.state().phase !== 'playing' && player.state().position !== storedPosition()) player = make();
  };
  /** The press of Play that waits for its turn or for the goal. Whatever ends playing clears it. */
  let wanted: symbol | undefined;
  let preparing: Promise<unknown> = Promise.resolve();

  const play = async (press: symbol, said: PlayerState['phase']): Promise<void> => {
    // Also before the lock: if another person was chosen, it would be that person's.
    if (press !== wanted) return;
    await playAlone(person.id, async () => {
      if (press !== wanted) return;
      takeUp();
      const chosen = player;
      // If Resume was pressed during the last day, don't play all of them again.
      if (chosen.state().phase === 'finished' && said !== 'finished') return;
      const prepared = prepare();
      preparing = prepared.catch(() => undefined);
      await prepared;
      if (press !== wanted || chosen !== player) return;
      // From here on, a press means Pause.
      wanted = undefined;
      await chosen.play();
    });
  };
  const queuePlay = (): void => {
    const press = (wanted = Symbol('play'));
    const said = player.state().phase;
    played = played.then(async () => {
      await attempt(problem, () => play(press, said));
      if (press === wanted) wanted = undefined;
    });
  };
  const pause = async (): Promise<void> => {
    wanted = undefined;
    await player.pause();
    // A goal that is being set would end up in the new data, as a day would.
    await preparing;
  };
  const stop = (): void => {
    wanted = undefined;
    player.stop();
  };

  find('play-form', HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault();
    if (player.state().phase === 'playing') void pause();
    // Two presses before it plays count as one.
    else if (wanted === undefined) queuePlay();
  });
  find('stop', HTMLButtonElement).addEventListener('click', stop);
  speed.addEventListener('change', () => {
    player.setSpeed(speedOf(speed.value));
    remember({ speed: speedOf(speed.value) });
  });
  shift.addEventListener('change', () => remember({ shiftDates: shift.checked }));
  choice.addEventListener('change', () => {
    void attempt(problem, async () => {
      await pause();
      // If Play was pressed in the meantime, it meant the previous person.
      void pause();
      person = personOf(people, choice.value);
      remember({ person: person.id });
      player = make();
      onPerson(person);
    });
  });
  window.addEventListener('storage', takeUp);

  return { person: () => person, pause, rewind: stop };
}

function show({ phase, position, length }: PlayerState): void {
  setText(find('play', HTMLButtonElement), LABELS[phase]);
  // Not `disabled`: that would take the focus from the user who just pressed it.
  find('stop', HTMLButtonElement).setAttribute('aria-disabled', String(phase === 'stopped'));
  const progress = find('play-progress', HTMLProgressElement);
  progress.max = length;
  progress.value = position;
  const status = findText('play-status');
  status.dataset['phase'] = phase;
  // While playing, don't read the number out with every day.
  status.setAttribute('aria-live', phase === 'playing' ? 'off' : 'polite');
  setText(status, `${position} of ${length} days played.`);
}

function personOf(people: readonly Person[], id: string): Person {
  const found = people.find((person) => person.id === id) ?? people[0];
  if (found === undefined) throw new Error('The data holds no people.');
  return found;
}

function speedOf(text: string): Speed {
  return text === 'all' ? 'all' : Number(text);
}
