import { fileURLToPath } from 'node:url';

const at = (/** @type {string} */ path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** The public entries by package name, each resolved to its source, so nothing has to be built first. */
export const sourceAliases = [
  { find: /^nudgeloop$/, replacement: at('src/index.ts') },
  { find: /^nudgeloop\/core$/, replacement: at('src/core.ts') },
  { find: /^nudgeloop\/react$/, replacement: at('src/react.ts') },
  { find: /^nudgeloop\/store$/, replacement: at('src/store.ts') },
  { find: /^nudgeloop\/testing$/, replacement: at('src/testing.ts') },
  { find: /^nudgeloop\/vite$/, replacement: at('vite-plugin/nudgeloop.ts') },
  { find: /^nudgeloop\/worker$/, replacement: at('sw/index.ts') },
];
