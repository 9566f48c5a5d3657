import { createLog, createMemoryPersistence, createSequentialIds, createSimulatedClock, type GoalFeedbackPersistence } from 'nudgeloop/core';
import { answering } from '../../../src/host/answering.ts';
import { createHost } from '../../../src/host/host.ts';
import type { HostOptions, Methods } from '../../../src/host/host-types.ts';
import { createTurns } from '../../../src/host/turns.ts';
import type { Answer } from '../../../src/protocol/api.ts';
import type { BroadcastEnvelope } from '../../../src/protocol/events.ts';
import { hooksOf } from '../../../sw/host-hooks.ts';
import type { WorkerOptions } from '../../../sw/worker-options.ts';

/** A page, and the protocol that it speaks. */
export const client = 'client-0001';
export const range = { min: 1, max: 1 };

/** Lets so many microtasks pass. */
export async function microtasks(count: number): Promise<void> {
  for (let passed = 0; passed < count; passed += 1) await Promise.resolve();
}

/** The same methods, of which each but an erasure takes so many microtasks more. */
function slowed(methods: Methods, count: number): Methods {
  const slow = Object.entries(methods).map(([name, method]) => [name, async (...given: unknown[]) => {
    if (name !== 'erase') await microtasks(count);
    return (method as (...all: unknown[]) => unknown)(...given);
  }]);
  return Object.fromEntries(slow) as Methods;
}

/**
 * A host over memory, with what it tells everybody written down.
 *
 * @param steps microtasks that each call but an erasure takes more on its way
 */
export function createTestHost(
  { sources, settings, loops, strategy, ...options }: Partial<HostOptions> & Pick<WorkerOptions, 'sources' | 'settings' | 'loops' | 'strategy'> = {},
  persistence: GoalFeedbackPersistence = createMemoryPersistence({ newId: createSequentialIds('epoch') }),
  steps = 0,
) {
  const clock = createSimulatedClock(1_000);
  const turns = createTurns();
  const heard: BroadcastEnvelope[] = [];
  const log = options.log ?? createLog(() => clock.now());
  const host = createHost({
    kind: 'page',
    persistence,
    turns,
    clock,
    newId: createSequentialIds('id'),
    log,
    publish: (envelope) => void heard.push(envelope),
    exclusively: (_name, work) => work(),
    ...hooksOf({ ...(sources && { sources }), ...(settings && { settings }), ...(loops && { loops }), ...(strategy && { strategy }) }),
    ...options,
  });
  const methods = steps === 0 ? host.methods : slowed(host.methods, steps);
  const api = answering(async () => ({ methods, epoch: () => persistence.epoch() }), log, turns);
  return { host, api, clock, heard, persistence };
}

/** The value of an answer that is no refusal. */
export async function ok<T>(answer: Promise<Answer<T>>): Promise<T> {
  const settled = await answer;
  if (!settled.ok) throw new Error(`${settled.error.code}: ${settled.error.message}`);
  return settled.value;
}
