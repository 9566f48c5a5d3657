import { once } from 'node:events';
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { median } from './statistics.ts';

/** How quick the machine is just now, without any browser. */
export interface Calibration {
  /** Milliseconds of a fixed amount of computing. */
  readonly spinMs: number;
  /** Microseconds of a message to another thread and back. */
  readonly pingUs: number;
  /** Microseconds of 160 bytes that are written and synced, where the profiles are. */
  readonly syncUs: number;
}

/** Steps of one spin, some ten milliseconds. */
const STEPS = 10_000_000;

const SPINS = 5;
const PINGS = 200;
const SYNCS = 30;

/** What answers each message. */
const ANSWERER = `const { parentPort } = require('node:worker_threads'); parentPort.on('message', (message) => parentPort.postMessage(message));`;

/** Measures how quick the machine is; takes less than a second. */
export async function calibrate(): Promise<Calibration> {
  return { spinMs: spin(), pingUs: await ping(), syncUs: sync() };
}

function spin(): number {
  let sum = 0;
  const times = Array.from({ length: SPINS }, () => {
    const start = performance.now();
    for (let step = 0; step < STEPS; step += 1) sum = (Math.imul(sum, 31) + step) | 0;
    return performance.now() - start;
  });
  // Looked at, so that the loop can't be left out.
  if (!Number.isInteger(sum)) throw new Error('the spin came to no number');
  return median(times);
}

async function ping(): Promise<number> {
  const worker = new Worker(ANSWERER, { eval: true });
  const times: number[] = [];
  for (let n = 0; n < PINGS; n += 1) {
    const start = performance.now();
    worker.postMessage(n);
    await once(worker, 'message');
    times.push((performance.now() - start) * 1_000);
  }
  await worker.terminate();
  return median(times);
}

function sync(): number {
  const folder = mkdtempSync(join(tmpdir(), 'nudgeloop-sync-'));
  const file = openSync(join(folder, 'file'), 'w');
  const block = Buffer.alloc(160, 1);
  try {
    const times = Array.from({ length: SYNCS }, () => {
      const start = performance.now();
      writeSync(file, block);
      fdatasyncSync(file);
      return (performance.now() - start) * 1_000;
    });
    return median(times);
  } finally {
    closeSync(file);
    rmSync(folder, { recursive: true, force: true });
  }
}
