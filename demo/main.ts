import type { NudgeloopClient } from 'nudgeloop';
import { createLogStore } from './loop/log-store.ts';
import { createSession } from './loop/session.ts';
import { actionOf, loadPeople } from './play/days.ts';
import { forgetPositions, readPreferences, rememberEpoch } from './preferences.ts';
import { startServerCheck } from './server-check.ts';
import { startShell } from './shell.ts';
import { clearLoop, setBusy } from './ui/clear-loop.ts';
import { find, findText } from './ui/dom.ts';
import { clearProblem, showProblem } from './ui/problem.ts';
import { createActionForm } from './views/action-form.ts';
import { showBanner } from './views/banner-view.ts';
import { createDataView } from './views/data-view.ts';
import { showGaps } from './views/gaps-view.ts';
import { createGoalForm } from './views/goal-form.ts';
import { createHistoryView } from './views/history-view.ts';
import { showLog } from './views/log-view.ts';
import { createNudgesView } from './views/nudges-view.ts';
import { createPlayerView, type PlayerView } from './views/player-view.ts';
import { createSettingsForm } from './views/settings-form.ts';
import { showStatus, showUpdate } from './views/status-view.ts';
import { createWorkerView } from './views/worker-view.ts';

declare global {
  interface Window {
    /** The page's client, for the console. */
    nudgeloop: NudgeloopClient;
  }
}

const problem = findText('problem');
const log = createLogStore();
const client = (): NudgeloopClient => session.client();
const nudges = createNudgesView((list) => client().acknowledge(list));
const goal = createGoalForm(client);
const showHistory = createHistoryView((before) => session.turnTo(before));
const showWorker = createWorkerView(client, () => session.refresh());
/** Set once the people are loaded. */
let player: PlayerView | undefined;
const pause = async (): Promise<void> => player?.pause();
const rewind = (): void => player?.rewind();

const settings = createSettingsForm(async (choice) => {
  // Otherwise the client that records a day would be closed before its end.
  await pause();
  session.open(shownPerson(), choice);
  await client().ready;
  // So a shorter window takes effect now, not at the next poll.
  await client().poke();
});

const session = createSession({
  onView(view) {
    clearProblem(problem);
    setBusy(false);
    if (rememberEpoch(view.inspection.host.epoch)) rewind();
    goal.show(view);
    settings.show(view);
    showGaps(view);
    nudges.show(view);
    showHistory(view);
    showWorker(view);
    log.merge([...view.inspection.log.page, ...view.inspection.log.host]);
    showLog(log);
  },
  onState: showStatus,
  onNudge: nudges.announce,
  onLog(event) {
    log.add(event);
    showLog(log);
  },
  onErased(loop) {
    if (loop === null) forgetPositions();
    rewind();
  },
  onEpochReset() {
    forgetPositions();
    rewind();
    showBanner('data', 'The browser destroyed the database. A new one was started, and the history is gone.');
  },
  onUpdate: showUpdate,
  onProblem(error) {
    // Otherwise a screen reader would still skip the page, including the way out.
    setBusy(false);
    showProblem(problem, error);
  },
});

function shownPerson(): string {
  return player?.person().id ?? readPreferences().person;
}

function openPerson(id: string): void {
  session.open(id, readPreferences());
  clearLoop();
  goal.clear();
  nudges.clear();
}

async function loadPlayer(): Promise<void> {
  const people = await loadPeople();
  const isShifted = find('shift-dates', HTMLInputElement);
  const opened = shownPerson();
  player = createPlayerView({
    people,
    record: (person, index) => client().record(actionOf(person, index, isShifted.checked, Date.now())),
    prepare: goal.ensureGoal,
    onPerson: ({ id }) => openPerson(id),
  });
  if (shownPerson() !== opened) openPerson(shownPerson());
}

createActionForm(client);
createDataView({ client, pause, onReplaced: rewind });
openPerson(shownPerson());
startServerCheck();
void startShell();
loadPlayer().catch((error: unknown) => showProblem(findText('play-problem'), error));
