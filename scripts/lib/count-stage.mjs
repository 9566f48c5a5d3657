/** @typedef {import('./read-reports.mjs').Count} Count */

/**
 * What a stage of `npm test` comes to.
 *
 * @param {(() => Promise<Count>) | undefined} read reads its report; a stage without one is one test itself
 * @param {boolean} ok whether its command ended well
 * @returns {Promise<Count>}
 */
export async function countStage(read, ok) {
  if (read === undefined) return ok ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
  /** @type {Count} */
  const counted = await read().catch(() => ({ passed: 0, failed: 1 }));
  // Of a report without the numbers nobody knows whether a test was run at all.
  if (!Number.isSafeInteger(counted.passed) || !Number.isSafeInteger(counted.failed)) return { passed: 0, failed: 1 };
  // A runner can also fail by itself: a file that does not load, an error outside any test.
  return { ...counted, failed: ok ? counted.failed : Math.max(counted.failed, 1) };
}
