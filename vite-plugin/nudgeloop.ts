import type { Plugin } from 'vite';
import { createPlugin, type NudgeloopPluginOptions } from './create-plugin.ts';

export type { NudgeloopPluginOptions } from './create-plugin.ts';

/**
 * Vite plugin that serves the ready-made worker script in development and adds it to the build, so there is nothing to
 * copy. The script always matches the installed package. The app's own service worker stays as it is.
 *
 * The page finds the script by itself, whatever the app's `base` is. With a relative base (`''` or `'./'`, as in
 * SvelteKit's builds) it is found from the place of the built files, whatever the page's address.
 *
 * For Vite 5 to 8, and for frameworks built on it. In Nuxt, put it into `vite.plugins`; the script is then below
 * `buildAssetsDir`. Use it instead of `npx nudgeloop init`, not in addition.
 *
 * @param options all optional
 * @throws Error if `path` or `scope` is invalid, or another option is given
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
  // Next to this file in the built package. Not one expression, because bundlers would take that for an asset.
  const here = import.meta.url;
  return createPlugin(options, new URL('./', here));
}
