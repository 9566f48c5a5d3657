import type { ChromiumTab } from '../engines/engine.ts';
import type { Row } from '../kit/row.ts';
import type { Session } from '../kit/session.ts';
import { sleep, until } from '../kit/wait.ts';

/** A loop in the page, whose timers run four times as fast: the lock of a frozen page is taken after nine seconds. */
const alone = { goalState: { steps: 10_000 }, serviceWorker: false, strategy: { type: 'held' }, speed: 4 } as const;

/** Milliseconds that the overtaking may take, with what follows it. */
const OVERTAKEN_MS = 25_000;

async function overtakeFrozenTab(session: Session): Promise<void> {
  session.finalOptions = alone;
  const frozen = await session.open(alone);
  // For as long as the page is frozen; a strategy's deadline would end it earlier than the test wants.
  await frozen.tab.evaluate(() => {
    window.isHeld = true;
    setTimeout(() => (window.isHeld = false), 1_200);
  });
  await frozen.record();
  // Not before its strategy is at work, and nothing else is: frozen inside a transaction it would keep every other page from the database.
  const isAtWork = await until(5_000, () => frozen.tab.evaluate(() => window.isAsked === true), 20);
  if (!isAtWork) throw new Error('the page never asked its strategy');
  await sleep(300);
  const { send } = frozen.tab as ChromiumTab;
  await send('Page.setWebLifecycleState', { state: 'frozen' });
  const client = await session.open(alone);
  await client.record();
  const isPending = async (): Promise<boolean> => {
    const { value } = await client.inspect();
    return (value as { loop?: { pending: { count: number } } } | undefined)?.loop?.pending.count !== 0;
  };
  if (!(await isPending())) throw new Error('nothing waited for the frozen page');
  const isDone = await until(OVERTAKEN_MS, async () => !(await isPending()), 500);
  session.note('overtook a frozen page', isDone);
  if (!isDone) throw new Error('what a frozen page had taken up was never done by the other one');
  // It goes on where it stood, and finds that it was overtaken.
  await send('Page.setWebLifecycleState', { state: 'active' });
  const hasAnswered = await until(5_000, () => frozen.tab.evaluate(() => window.hasAnswered === true));
  if (!hasAnswered) throw new Error('the thawed page never got its answer, which is to be refused');
  await Promise.all([frozen.record(), client.record()]);
}

/** Pages without a worker that the browser freezes in the midst of their work. */
export const rows: readonly Row[] = [
  {
    row: 25,
    fault: 'a page without a worker is frozen in the midst of its work',
    promise: 'Another page overtakes it, and what it does when it is thawed is not stored',
    // Two do run at once here, and it is the fence that keeps them apart.
    judge: ['C1', 'C2', 'C3', 'C4', 'C6', 'C9', 'C10'],
    notRun: ({ name }) => (name === 'chromium' ? undefined : 'only Chromium can be told to freeze a page'),
    run: overtakeFrozenTab,
  },
];
