import { isNudgeloopError, type LoopClient } from 'nudgeloop';

/** What the app shows, as text: a real one would render it. */
export interface Screen {
  advice: string;
  notice: string;
  isSaving: boolean;
}

/** A small app over a loop that it is given. */
export function startStepsApp(loop: LoopClient) {
  const screen: Screen = { advice: '', notice: '', isSaving: false };

  loop.on('nudge', ({ suggestions: [next] }) => {
    if (next !== undefined) screen.advice = `Try ${Number(next['steps'])} steps`;
  });
  loop.on('acknowledged', () => {
    if (loop.state().unacknowledged.length === 0) screen.advice = '';
  });
  loop.on('epoch.reset', () => {
    screen.notice = 'The browser deleted your history.';
  });

  return {
    screen,
    async save(steps: number): Promise<void> {
      screen.isSaving = true;
      screen.notice = '';
      try {
        const { durable } = await loop.record({ steps });
        if (!durable) screen.notice = 'Kept until you close the browser.';
      } catch (error) {
        if (isNudgeloopError(error, 'storage.quota')) screen.notice = 'Not saved: your disk is full.';
        else if (isNudgeloopError(error, 'call.timeout')) screen.notice = 'Perhaps not saved. Look at your history.';
        else screen.notice = 'Not saved.';
      } finally {
        screen.isSaving = false;
      }
    },
    async dismiss(): Promise<void> {
      await loop.acknowledge(loop.state().unacknowledged);
    },
  };
}
