/** The build that a script of the package says it is of, such as `0.1.0+1a2b3c4d`. */
const BUILD = /["'`]\d+\.\d+\.\d+(?:-[\w.-]+)?\+[0-9a-f]{8}["'`]/;

/**
 * What an app's bundler leaves of `nudgeloop/worker` in a worker of the app's own, which is of a build too. In the two workers
 * that are copied the package's build has answered it; the page's script still asks.
 */
const QUESTION = '__NUDGELOOP_COPY__';

/**
 * Tells whether a text is the script of some build of this package, older and newer ones too: only such a file may be replaced
 * without asking, since it can be had again. Told by what every build leaves in its scripts, not by a mark of its own, which
 * the copies that apps have already would lack. scripts/package-entries.mjs holds it to what is built.
 *
 * @param {string} text
 * @param {string} file under which name the package has it
 * @returns {boolean}
 */
export function isOwnScript(text, file) {
  if (!BUILD.test(text)) return false;
  // At the end: a script that somebody made of ours and more has the comment elsewhere, or names another map.
  if (!text.trimEnd().endsWith(`//# sourceMappingURL=${file}.map`)) return false;
  return file === 'nudgeloop.js' || !text.includes(QUESTION);
}
