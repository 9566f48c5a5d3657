import type { DeadLetter, Inspection, LoopInspection } from 'nudgeloop';
import type { LoopView } from '../../../demo/loop/session.ts';

const LOOP: LoopInspection = {
  loop: 'person-1',
  revision: 12,
  settings: {},
  goalState: null,
  history: { count: 0, nextSeq: 0 },
  baselines: {},
  lastAnalysis: {},
  pending: { count: 0, items: [] },
  outbox: { count: 0, dropped: 0, items: [] },
  deadLetters: { count: 0, items: [] },
  backoff: null,
  bytes: 2_048,
};

const CLIENT: Inspection['client'] = {
  loop: 'person-1',
  phase: 'ready',
  host: 'service-worker',
  fallbackReason: null,
  durable: true,
  epoch: 'epoch-1',
  updateReady: false,
  workerStale: false,
  goalState: null,
  unacknowledged: [],
  error: null,
};

const HOST: Inspection['host'] = { protocol: 1, epoch: 'epoch-1', boot: 'boot-1', host: 'service-worker', durable: true, build: '0.1.0+1', settings: {} };

/** What a page read of a loop, otherwise empty and well. */
export function viewOf(
  loop: Partial<LoopInspection> = {},
  { client, host }: { readonly client?: Partial<Inspection['client']>; readonly host?: Partial<Inspection['host']> } = {},
): LoopView {
  const inspection = { client: { ...CLIENT, ...client }, host: { ...HOST, ...host }, loop: { ...LOOP, ...loop }, log: { page: [], host: [] } };
  return { inspection, history: { entries: [], before: undefined, hasOlder: false }, newest: undefined, nudges: [] };
}

/** An action at which the strategy failed. */
export function letterOf(seq: number): DeadLetter {
  return { seq, at: 1_000, actions: [{ steps: seq, timestamp: '2026-01-01T12:00:00.000Z' }], attempts: 5, reason: { code: 'strategy.failed', details: { steps: seq } } };
}
