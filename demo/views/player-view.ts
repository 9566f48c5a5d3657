import type { Person } from '../play/days.ts';
import { playAlone } from '../play/player-lock.ts';
import { createPlayer, type Player, type PlayerState, type Speed } from '../play/player.ts';
import { readPreferences, remember, rememberPosition } from '../preferences.ts';
import { element, find, findText, setText } from '../ui/dom.ts';
import { attempt, showProblem } from '../ui/problem.ts';

/** What the player needs of the rest. */
export interface PlayerViewOptions {
  readonly people: readonly Person[];
  /** Records one day of a person. */
  readonly record: (person: Person, index: number) => Promise<unknown>;
  /** Done before the first day: a goal is set if there is none. */
  readonly prepare: () => Promise<void>;
  /** Another person was chosen. */
  readonly onPerson: (person: Person) => void;
}

/** The controls over whose days are played, and how. */
export interface PlayerView {
  person(): Person;
  /** Settles when no day is under way. */
  pause(): Promise<void>;
  /** Back to the first day, since the history is gone. */
  rewind(): void;
}

const LABELS: Readonly<Record<PlayerState['phase'], string>> = {
  stopped: 'Play',
  playing: 'Pause',
  paused: 'Resume',
  finished: 'Play again',
};

/** Makes the controls, for the person who was chosen last. */
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
  // Until the people are loaded there is nothing to play.
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
  /** Settles when the days that were played last are over, and another tab may play. */
  let played = Promise.resolve();

  /** Another tab may have played on, or begun anew. */
  const takeUp = (): void => {
    if (player.state().phase !== 'playing' && player.state().position !== storedPosition()) player = make();
  };
  /** The press of Play that waits for its turn or for the goal; whatever ends playing takes it back. */
  let wanted: symbol | undefined;
  let preparing: Promise<unknown> = Promise.resolve();

  const play = async (press: symbol, said: PlayerState['phase']): Promise<void> => {
    // Before the lock too: after another person was chosen, it would be that one's.
    if (press !== wanted) return;
    await playAlone(person.id, async () => {
      if (press !== wanted) return;
      takeUp();
      const chosen = player;
      // Who pressed Resume while the last day was under way did not ask for all of them again.
      if (chosen.state().phase === 'finished' && said !== 'finished') return;
      const prepared = prepare();
      preparing = prepared.catch(() => undefined);
      await prepared;
      if (press !== wanted || chosen !== player) return;
      // From here on a press means Pause.
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
    // A goal that is on its way would land in what comes after, as a day would.
    await preparing;
  };
  const stop = (): void => {
    wanted = undefined;
    player.stop();
  };

  find('play-form', HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault();
    if (player.state().phase === 'playing') void pause();
    // Pressed twice before it plays is pressed once.
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
      // Pressed meanwhile, Play meant the person before.
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
  // Not `disabled`: that would take the focus from whoever has just pressed it.
  find('stop', HTMLButtonElement).setAttribute('aria-disabled', String(phase === 'stopped'));
  const progress = find('play-progress', HTMLProgressElement);
  progress.max = length;
  progress.value = position;
  const status = findText('play-status');
  status.dataset['phase'] = phase;
  // While it plays, the number would be read out with every day.
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
