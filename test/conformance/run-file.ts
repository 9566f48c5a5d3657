import {
  createIndexedDbPersistence,
  createMemoryPersistence,
  createSimulatedClock,
  GoalDrivenFeedbackLoop,
  PersonalityGoalFeedbackStrategy,
  SimpleGoalFeedbackStrategy,
  systemClock,
  systemIds,
  type Action,
  type GoalFeedbackPersistence,
  type GoalFeedbackStrategy,
  type SimulatedClock,
} from 'nudgeloop/core';
import { difference } from './difference.ts';

/** A vector file. */
export interface ConformanceFile {
  readonly description: string;
  readonly cases: readonly ConformanceCase[];
}

interface ConformanceCase {
  readonly name: string;
  readonly strategy: { readonly type: string; readonly personality?: string; readonly oneDirectionLayers?: readonly string[] };
  readonly goalState: Action;
  readonly retentionLimit?: number;
  readonly retentionWindowSeconds?: number;
  readonly clockStart: number;
  readonly steps: readonly Step[];
}

type Step = { readonly expect: Readonly<Record<string, unknown>> } & (
  | { readonly op: 'advance'; readonly seconds: number }
  | { readonly op: 'extendHistory'; readonly entries: readonly Action[] }
  | { readonly op: 'suggest'; readonly history: readonly Action[]; readonly actions: readonly Action[] }
  | { readonly op: 'setGoalState'; readonly goalState: Action }
  | { readonly op: 'resetHistory' }
  | { readonly op: 'restart' }
);

/** What became of one case. */
export interface CaseResult {
  readonly name: string;
  readonly provider: Provider;
  /** What was different, and where; absent when the case passed. */
  readonly failure?: string;
}

export type Provider = 'memory' | 'indexeddb';

/** Runs every case of a file over a fresh store of the given provider. */
export async function runFile(file: ConformanceFile, provider: Provider): Promise<CaseResult[]> {
  const results: CaseResult[] = [];
  for (const one of file.cases) {
    const persistence = createPersistence(provider);
    let failure: string | undefined;
    try {
      failure = await runCase(one, persistence);
    } catch (error) {
      failure = `threw ${String(error)}`;
    }
    await persistence.eraseAll();
    await persistence.close();
    results.push({ name: one.name, provider, ...(failure === undefined ? {} : { failure }) });
  }
  return results;
}

function createPersistence(provider: Provider): GoalFeedbackPersistence {
  return provider === 'memory'
    ? createMemoryPersistence({ newId: systemIds })
    : createIndexedDbPersistence({ database: 'conformance', newId: systemIds, clock: systemClock });
}

async function runCase(one: ConformanceCase, persistence: GoalFeedbackPersistence): Promise<string | undefined> {
  const clock = createSimulatedClock(one.clockStart);
  let goalState = one.goalState;
  const open = () => createLoop({ ...one, goalState }, persistence, clock);
  let loop = open();
  for (const [index, step] of one.steps.entries()) {
    let suggestions: unknown;
    switch (step.op) {
      case 'advance':
        clock.advance(step.seconds * 1_000);
        break;
      case 'extendHistory':
        await loop.extendHistory(step.entries);
        break;
      case 'suggest':
        suggestions = await loop.suggestActions(step.history, step.actions);
        break;
      case 'setGoalState':
        goalState = step.goalState;
        await loop.setGoalState(goalState);
        break;
      case 'resetHistory':
        await loop.resetHistory();
        break;
      case 'restart':
        loop = open();
        break;
      default:
        return `step ${index}: unknown operation ${JSON.stringify((step as { op: unknown }).op)}`;
    }
    const seen = {
      ...(suggestions === undefined ? {} : { suggestions }),
      history: (await loop.history()).map((action) => ({ ...action, timestamp: instantOf(action['timestamp']) })),
      baselines: await loop.baselines(),
      lastAnalysis: await loop.lastAnalysis(),
    };
    const found = difference(step.expect, seen);
    if (found !== undefined) return `step ${index} (${step.op}): ${found}`;
  }
  return undefined;
}

function createLoop(one: ConformanceCase, persistence: GoalFeedbackPersistence, clock: SimulatedClock): GoalDrivenFeedbackLoop {
  return new GoalDrivenFeedbackLoop({
    strategy: createStrategy(one.strategy),
    goalState: one.goalState,
    persistence,
    clock,
    ...(one.retentionLimit === undefined ? {} : { retentionLimit: one.retentionLimit }),
    ...(one.retentionWindowSeconds === undefined ? {} : { retentionWindow: { seconds: one.retentionWindowSeconds } }),
  });
}

function createStrategy({ type, personality, oneDirectionLayers }: ConformanceCase['strategy']): GoalFeedbackStrategy {
  const layers = oneDirectionLayers === undefined ? {} : { oneDirectionLayers };
  if (type === 'simple') return new SimpleGoalFeedbackStrategy(layers);
  if (type === 'personality') {
    return new PersonalityGoalFeedbackStrategy({ ...layers, ...(personality === undefined ? {} : { personality }) });
  }
  throw new Error(`unknown strategy ${type}`);
}

function instantOf(timestamp: unknown): unknown {
  return typeof timestamp === 'string' ? Date.parse(timestamp) : timestamp;
}
