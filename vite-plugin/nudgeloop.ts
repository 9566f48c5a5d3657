import type { Plugin } from 'vite';
import { createPlugin, type NudgeloopPluginOptions } from './create-plugin.ts';

export type { NudgeloopPluginOptions } from './create-plugin.ts';

/**
 * Serves the ready-made worker script in a Vite app, so that nothing has to be copied: by the dev server, and as a file of
 * the build. The page finds it by itself, whatever the app's `base`: below a relative one (`''` or `'./'`, as in SvelteKit's
 * builds) from where the built files are, whatever the page's own address. Every update of the package brings the right
 * script, and the app's own service worker stays what it is.
 *
 * For Vite 5 to 8, and for what is built on it. Use it in place of `npx nudgeloop init`, not beside it.
 *
 * @param options all optional
 * @throws Error when `path` or `scope` is none
 *
 * @example
 * ```ts
 * // vite.config.mts
 * import { defineConfig } from 'vite';
 * import { nudgeloop } from 'nudgeloop/vite';
 *
 * export default defineConfig({ plugins: [nudgeloop()] });
 * ```
 */
export function nudgeloop(options: NudgeloopPluginOptions = {}): Plugin {
  // Beside this file in the built package. Not written as one expression, which bundlers take for an asset.
  const here = import.meta.url;
  return createPlugin(options, new URL('./', here));
}
