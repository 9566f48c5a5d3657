import { findBrowser } from '../../scripts/lib/find-browser.mjs';
import { chromium } from '../../test/faults/engines/chromium.ts';
import type { Engine, EngineName } from '../../test/faults/engines/engine.ts';
import { firefox } from '../../test/faults/engines/firefox.ts';
import { BACKENDS } from './backends.ts';
import type { BenchOptions } from './options.ts';

/** The browsers that a run measures in. */
export type Engines = ReadonlyMap<EngineName, Engine>;

/**
 * Finds the browsers of a run. Who asks for all backends gets those that the machine has; who names one needs it.
 *
 * @throws Error when a browser that is needed is not there, and could not be installed
 */
export async function findEngines({ backends, isAll }: BenchOptions): Promise<Engines> {
  const engines = new Map<EngineName, Engine>();
  for (const name of new Set(backends.map((backend) => BACKENDS[backend].engine))) {
    if (name === 'chromium') engines.set(name, await chromium());
    else if (!isAll || findBrowser(name) !== undefined) engines.set(name, await firefox());
  }
  return engines;
}
