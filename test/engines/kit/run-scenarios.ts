import type { AnyEngine } from '../../faults/engines/engine.ts';
import { within } from '../../faults/kit/wait.ts';
import { passed, type Outcome } from './outcome.ts';
import { closeHouse, openHouse, Room, type House } from './room.ts';
import type { Scenario } from './scenario.ts';

/** The time limit of a scenario, in milliseconds. The longest one waits for a worker that ends by itself. */
const LIMIT_MS = 60_000;

/** The result of a scenario. */
export interface Result {
  readonly scenario: Scenario;
  readonly outcome: Outcome | { readonly is: 'failed'; readonly error: string };
  readonly ms: number;
}

/**
 * Runs scenarios one after the other in one browser, each on its own origin.
 *
 * @param told called with each result as it comes
 */
export async function runScenarios(engine: AnyEngine, scenarios: readonly Scenario[], told: (result: Result) => void): Promise<Result[]> {
  const results: Result[] = [];
  let house = await openHouse(engine);
  try {
    for (const scenario of scenarios) {
      const startedAt = performance.now();
      const outcome = await runOne(scenario, house);
      const result = { scenario, outcome, ms: performance.now() - startedAt };
      results.push(result);
      told(result);
      // A failed scenario may have left anything behind.
      if (outcome.is === 'failed') {
        await closeHouse(house);
        house = await openHouse(engine);
      }
    }
  } finally {
    await closeHouse(house);
  }
  return results;
}

async function runOne(scenario: Scenario, house: House): Promise<Result['outcome']> {
  const room = await Room.create(house);
  try {
    const run = async (): Promise<Outcome> => {
      const outcome = await scenario.run(room);
      await room.leave();
      return outcome ?? passed;
    };
    return await within(LIMIT_MS, run(), 'the scenario');
  } catch (error) {
    return { is: 'failed', error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  } finally {
    await room.dispose();
  }
}
