import { cp, mkdir, rm } from 'node:fs/promises';
import { basename } from 'node:path';
import { BUILDS, bundle } from '../kit/build-site.ts';
import { createCutDisk, whyNoPowerCut, type CutDisk } from '../kit/power-cut.ts';
import type { Row } from '../kit/row.ts';
import type { Session } from '../kit/session.ts';
import { sleep } from '../kit/wait.ts';

const goalState = { steps: 10_000 };

/** How often the power goes in one row, on the same disk. */
const CUTS = 3;

/** What a browser leaves in its profile while it runs, and minds in the next one. */
const LOCKS = ['SingletonLock', 'SingletonCookie', 'SingletonSocket', 'lock', '.parentlock'];

/** Starts the session's browser on a disk. */
async function startOn(session: Session, disk: CutDisk): Promise<void> {
  await session.browser.kill();
  for (const lock of LOCKS) await rm(`${disk.folder}/${lock}`, { force: true });
  session.browser = await session.engine.launch(disk.folder);
}

/** Records one action after the other, each acknowledged to this process, until the power and then the browser goes. */
async function recordUntilCut(session: Session, disk: CutDisk, record: () => Promise<boolean>): Promise<number> {
  let acked = 0;
  let isOver = false;
  const stream = (async () => {
    while (!isOver) {
      if (await record()) acked += 1;
      // A browser that is gone refuses at once; without a pause nothing else here would have its turn.
      else await sleep(10);
    }
  })();
  await sleep(session.random.between(800, 2_500));
  await disk.cut(session.browser.pid);
  isOver = true;
  await session.kill();
  await stream;
  await disk.restart();
  session.note('power cut', { acked });
  if (acked === 0) throw new Error('nothing was acknowledged before the cut');
  return acked;
}

/** Loses what a relaxed worker acknowledged, to show that the cut is one; nothing of it is judged. */
async function controlRun(session: Session): Promise<void> {
  await bundle({
    entry: 'test/faults/site/relaxed-worker.ts',
    fileName: 'relaxed-worker.js',
    format: 'iife',
    outDir: BUILDS,
  });
  session.server.swap('/relaxed/worker.js', { file: `${BUILDS}/relaxed-worker.js` });
  const disk = await createCutDisk();
  try {
    const open = async () => {
      await startOn(session, disk);
      const tab = await session.browser.open(`${session.server.origin}/`);
      await tab.evaluate(async () => {
        window.kit.connect({ serviceWorker: { url: '/relaxed/worker.js' }, fallback: false });
        await window.client.ready;
      });
      return tab;
    };
    const tab = await open();
    await disk.settle();
    const acked = await recordUntilCut(session, disk, () =>
      tab.evaluate(async () => (await window.kit.call('record', [{ steps: 1 }])).ok).catch(() => false),
    );
    const again = await open();
    const found = await again.evaluate(async () => ((await window.client.history({ limit: 10_000 })) as unknown[]).length);
    session.note('control', { acked, found });
    console.error(`    14 control, relaxed durability: ${acked} acked before the cut, ${acked - found} of them lost`);
  } finally {
    await session.browser.kill();
    await disk.dispose();
  }
}

/** The power goes. */
export const rows: readonly Row[] = [
  {
    row: 14,
    fault: 'the power is cut',
    promise: 'All that was acknowledged is there after the restart',
    judge: ['C1', 'C2', 'C3', 'C4', 'C5', 'C9', 'C10'],
    limit: 300_000,
    notRun: whyNoPowerCut,
    async run(session) {
      const disk = await createCutDisk();
      try {
        for (let cut = 0; cut < CUTS; cut += 1) {
          await startOn(session, disk);
          const client = await session.open({ goalState });
          await client.record();
          await disk.settle();
          await recordUntilCut(session, disk, async () => (await client.record()).type === 'ok');
        }
        // What survived is judged from the session's own profile: this disk is not to be in use any more.
        await rm(session.profile, { recursive: true, force: true });
        await mkdir(session.profile);
        await cp(disk.folder, session.profile, { recursive: true, filter: (path) => !LOCKS.includes(basename(path)) });
      } finally {
        await session.browser.kill();
        await disk.dispose();
      }
      await controlRun(session);
      await session.relaunch();
    },
  },
];
