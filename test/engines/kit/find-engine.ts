import type { AnyEngine } from '../../faults/engines/engine.ts';
import type { EngineName } from './options.ts';

/** How to make each engine. Only a requested one is loaded, and installed if needed. */
const makers: Readonly<Record<EngineName, () => Promise<AnyEngine>>> = {
  chromium: async () => (await import('../../faults/engines/chromium.ts')).chromium(),
  firefox: async () => (await import('../../faults/engines/firefox.ts')).firefox(),
  webkit: async () => (await import('../../faults/engines/webkit.ts')).webkit(),
};

/**
 * Finds an engine, or installs it if possible.
 *
 * @returns the engine; if there is none, a text that says what to do
 */
export async function findEngine(name: EngineName): Promise<AnyEngine | string> {
  try {
    return await makers[name]();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
