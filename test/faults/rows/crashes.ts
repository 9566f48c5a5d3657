import { crashTab } from '../engines/chromium-tab.ts';
import type { ChromiumTab } from '../engines/engine.ts';
import { bootOf, must, mustBeAnswered } from '../kit/look.ts';
import { faultOptions } from '../kit/options.ts';
import type { Row } from '../kit/row.ts';
import { sleep } from '../kit/wait.ts';

const goalState = { steps: 10_000 };

/** Crashes after which it is given up to hit one in the middle of a call. */
const MOST_CRASHES = 40;

/** Tabs, renderers and browsers that end without a word. */
export const rows: readonly Row[] = [
  {
    row: 10,
    fault: 'a tab is closed in the middle of a call',
    promise: 'The action is recorded once or not at all; other tabs go on',
    judge: ['C1', 'C2', 'C3', 'C4', 'C5', 'C9', 'C10'],
    quick: true,
    async run(session) {
      const stays = await session.open({ goalState });
      let cutOff = 0;
      for (let round = 0; round < 10; round += 1) {
        const leaves = await session.open({ goalState });
        const calls = Array.from({ length: 5 }, () => leaves.record());
        // From at once to far beyond the answer.
        await sleep(session.random.between(0, round * 4));
        await leaves.tab.close();
        for (const { code } of await Promise.all(calls)) if (code === 'gone') cutOff += 1;
        mustBeAnswered(await stays.record());
      }
      must(cutOff > 0, 'no tab was closed in the middle of a call');
    },
  },
  {
    row: 11,
    fault: "a page's renderer crashes",
    promise: 'The worker goes on, and so do other tabs',
    judge: ['C1', 'C2', 'C3', 'C4', 'C5', 'C9', 'C10'],
    notRun: ({ name }) => (name === 'chromium' ? undefined : 'in Firefox the tabs of a site share a process, and would all be gone'),
    async run(session) {
      const stays = await session.open({ goalState });
      let cutOff = 0;
      for (let round = 0; round < 8 || (cutOff === 0 && round < MOST_CRASHES); round += 1) {
        const dies = await session.open({ goalState });
        await dies.record();
        const calls = Array.from({ length: 5 }, () => dies.record());
        await sleep(session.random.between(0, 20));
        await crashTab(dies.tab as ChromiumTab);
        const ends = await Promise.all(calls);
        cutOff += ends.filter(({ code }) => code === 'gone').length;
        mustBeAnswered(await stays.record());
      }
      session.note('calls that a crash cut off', cutOff);
      must(cutOff > 0, 'no renderer crashed in the middle of a call');
    },
  },
  {
    row: 12,
    fault: "the worker's process is killed",
    promise: 'Calls under way are answered by the next worker, and count once',
    judge: ['C1', 'C2', 'C3', 'C4', 'C5', 'C9', 'C10'],
    isolated: true,
    async run(session) {
      const client = await session.open({ goalState });
      const boots = new Set<unknown>();
      for (let round = 0; round < 12; round += 1) {
        const calls = Array.from({ length: 5 }, () => client.record());
        await sleep(session.random.between(0, 40));
        await session.killWorkers();
        calls.push(client.record());
        mustBeAnswered(...(await Promise.all(calls)));
        boots.add(await bootOf(client));
      }
      must(boots.size > 8, `the worker was killed 12 times, and only ${boots.size} of them answered`);
    },
  },
  {
    row: 13,
    fault: 'the browser is killed at a random time',
    promise: 'All that was acknowledged is there after the restart',
    judge: ['C1', 'C2', 'C3', 'C4', 'C5', 'C9', 'C10'],
    limit: 600_000,
    async run(session) {
      let client = await session.open({ goalState });
      for (let round = 0; round < Math.max(3, Math.min(faultOptions.rounds, 20)); round += 1) {
        const killed = client;
        let isOver = false;
        const stream = (async () => {
          while (!isOver) await Promise.all([killed.record(), killed.record()]);
        })();
        await sleep(session.random.between(50, 900));
        isOver = true;
        await session.kill();
        await stream;
        await session.relaunch();
        client = await session.open({ goalState });
        mustBeAnswered(await client.record());
      }
    },
  },
];
