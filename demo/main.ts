import type { NudgeloopClient } from 'nudgeloop';
import { actionOf, loadPeople } from './days.ts';
import { find, findText } from './dom.ts';
import { createLogStore } from './log-store.ts';
import { forgetPositions, readPreferences } from './preferences.ts';
import { clearProblem, showProblem } from './problem.ts';
import { startServerCheck } from './server-check.ts';
import { createSession } from './session.ts';
import { startShell } from './shell.ts';
import { createActionForm } from './views/action-form.ts';
import { createDataView } from './views/data-view.ts';
import { showGaps } from './views/gaps-view.ts';
import { createGoalForm } from './views/goal-form.ts';
import { showHistory } from './views/history-view.ts';
import { showLog } from './views/log-view.ts';
import { createNudgesView } from './views/nudges-view.ts';
import { createPlayerView } from './views/player-view.ts';
import { createSettingsForm } from './views/settings-form.ts';
import { showBanner, showStatus, showUpdate } from './views/status-view.ts';
import { createWorkerView } from './views/worker-view.ts';

declare global {
  interface Window {
    /** The page's client, to play with in the console. */
    nudgeloop: NudgeloopClient;
  }
}

const problem = findText('problem');
const log = createLogStore();
const client = (): NudgeloopClient => session.client();
const nudges = createNudgesView((list) => client().acknowledge(list));
const goal = createGoalForm(client);
const showWorker = createWorkerView(client, () => session.refresh());

const session = createSession({
  onView(view) {
    clearProblem(problem);
    goal.show(view);
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
  onEpochReset: () => showBanner('The browser destroyed the database. It was begun anew, and the history is gone.'),
  onUpdate: showUpdate,
  onProblem: (error) => showProblem(problem, error),
});

async function start(): Promise<void> {
  const people = await loadPeople();
  const isShifted = find('shift-dates', HTMLInputElement);
  const player = createPlayerView({
    people,
    record: (person, index) => client().record(actionOf(person, index, isShifted.checked, Date.now())),
    prepare: goal.ensureGoal,
    onPerson: ({ id }) => session.open(id, readPreferences()),
  });
  createSettingsForm(async (choice) => {
    // A day under way would be cut off with the client that carries it.
    await player.pause();
    session.open(player.person().id, choice);
    await client().ready;
    // A shorter window takes effect now rather than at the next poll.
    await client().poke();
  });
  createActionForm(client);
  createDataView({
    client,
    onEmptied: player.rewind,
    onAllErased() {
      player.rewind();
      forgetPositions();
    },
  });
  session.open(player.person().id, readPreferences());
}

start().catch((error: unknown) => showProblem(problem, error));
startServerCheck();
void startShell();
