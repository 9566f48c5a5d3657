import type { AnyEngine } from '../../faults/engines/engine.ts';
import type { EngineName } from './options.ts';

/** How each engine is made. Only what is asked for is loaded, and installed if need be. */
const makers: Readonly<Record<EngineName, () => Promise<AnyEngine>>> = {
  chromium: async () => (await import('../../faults/engines/chromium.ts')).chromium(),
  firefox: async () => (await import('../../faults/engines/firefox.ts')).firefox(),
  webkit: async () => (await import('../../faults/engines/webkit.ts')).webkit(),
};

/**
 * Finds an engine, or installs it where that is possible.
 *
 * @returns the engine; a text if it can't be had, with what to do
 */
export async function findEngine(name: EngineName): Promise<AnyEngine | string> {
  try {
    return await makers[name]();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
