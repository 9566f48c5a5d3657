/** @typedef {{ passed: number, failed: number, skipped?: string[], failures?: string[] }} Count */

/** Reads the runners' reports into the result of a stage of `npm test`. `failures` names each failed test. */

/** @param {number} count @returns {string[]} */
const skippedTests = (count) => (count === 0 ? [] : [`${count} ${count === 1 ? 'test' : 'tests'}`]);

/** @typedef {{ status: string, fullName: string }} VitestCase */
/** @typedef {{ name: string, status: string, message: string, assertionResults: VitestCase[] }} VitestFile */

/** @param {{ numPassedTests: number, numFailedTests: number, testResults: VitestFile[] }} report @returns {Count} */
export function readVitest({ numPassedTests, numFailedTests, testResults }) {
  const failures = testResults.flatMap(({ name, status, message, assertionResults }) => {
    const cases = assertionResults.filter((each) => each.status === 'failed').map(({ fullName }) => `${name}: ${fullName}`);
    // A file that does not load has no tests that could fail.
    return cases.length > 0 || status !== 'failed' ? cases : [`${name}: ${message}`];
  });
  const ran = new Set(['passed', 'failed']);
  const skipped = testResults.flatMap(({ assertionResults }) => assertionResults).filter(({ status }) => !ran.has(status));
  return { passed: numPassedTests, failed: numFailedTests, skipped: skippedTests(skipped.length), failures };
}

/** @typedef {{ title: string, ok: boolean, file: string }} PlaywrightSpec */
/** @typedef {{ specs?: PlaywrightSpec[], suites?: PlaywrightSuite[] }} PlaywrightSuite */

/** @param {PlaywrightSuite} suite @returns {PlaywrightSpec[]} */
const specsOf = ({ specs = [], suites = [] }) => [...specs, ...suites.flatMap(specsOf)];

/** @param {PlaywrightSuite & { stats: { expected: number, flaky: number, unexpected: number, skipped: number } }} report @returns {Count} */
export function readPlaywright(report) {
  const { expected, flaky, unexpected, skipped } = report.stats;
  const failures = specsOf(report)
    .filter(({ ok }) => !ok)
    .map(({ file, title }) => `${file}: ${title}`);
  return { passed: expected + flaky, failed: unexpected, skipped: skippedTests(skipped), failures };
}

/** @param {{ passed: number, failed: number, skipped: { engine: string }[], failures: string[] }} report @returns {Count} */
export const readEngines = ({ passed, failed, skipped, failures }) => ({ passed, failed, skipped: skipped.map(({ engine }) => engine), failures });

/** @param {{ rows: { row: number, fault: string, outcome: string, reasons: string[] }[] }} report @returns {Count} */
export function readFaults({ rows }) {
  const failures = rows.filter(({ outcome }) => outcome === 'failed').map(({ row, fault, reasons }) => `row ${row}, ${fault}: ${reasons[0] ?? ''}`);
  return { passed: rows.filter(({ outcome }) => outcome === 'passed').length, failed: failures.length, failures };
}

/** @param {{ passed: number, failed: number, rows: { fixture: string, step: string, ok: boolean }[] }} report @returns {Count} */
export function readFixtures({ passed, failed, rows }) {
  return { passed, failed, failures: rows.filter(({ ok }) => !ok).map(({ fixture, step }) => `${fixture}: ${step}`) };
}
