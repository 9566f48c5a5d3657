/** The build that a script of the package states, such as `0.1.0+1a2b3c4d`. */
const BUILD = /["'`]\d+\.\d+\.\d+(?:-[\w.-]+)?\+[0-9a-f]{8}["'`]/;

/**
 * A name that an app's bundler leaves in a worker of the app's own that imports `nudgeloop/worker`, which states a build too.
 * In the two workers that are copied, the package's build has replaced the name; the page's script still has it.
 */
const QUESTION = '__NUDGELOOP_COPY__';

/**
 * Tells whether a text is a script of any build of this package, older or newer. Only such a file may be replaced without
 * asking, since it can be had again. It looks for what every build leaves in its scripts: a new mark would be missing in the
 * copies that apps have already. scripts/package-entries.mjs checks it against what is built.
 *
 * @param {string} text
 * @param {string} file its name in the package
 * @returns {boolean}
 */
export function isOwnScript(text, file) {
  if (!BUILD.test(text)) return false;
  // At the end: a script that somebody built from ours and more has the comment elsewhere, or names another map.
  if (!text.trimEnd().endsWith(`//# sourceMappingURL=${file}.map`)) return false;
  return file === 'nudgeloop.js' || !text.includes(QUESTION);
}
