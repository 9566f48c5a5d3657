/** @typedef {import('./read-reports.mjs').Count} Count */

/**
 * The result of a stage of `npm test`.
 *
 * @param {(() => Promise<Count>) | undefined} read reads its report; a stage without one counts as one test
 * @param {boolean} ok whether its command succeeded
 * @returns {Promise<Count>}
 */
export async function countStage(read, ok) {
  if (read === undefined) return ok ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
  /** @type {Count} */
  const counted = await read().catch(() => ({ passed: 0, failed: 1 }));
  // Without these numbers, it is unknown whether any test ran.
  if (!Number.isSafeInteger(counted.passed) || !Number.isSafeInteger(counted.failed)) return { passed: 0, failed: 1 };
  // A runner may also fail without a failed test: a file that does not load, an error outside any test.
  return { ...counted, failed: ok ? counted.failed : Math.max(counted.failed, 1) };
}
