/** Counts what the test runners report in their files. */

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

/**
 * @returns {Counts} of one report of Jest; a file of tests that could not even run counts as one failure, and so does
 * a project without any test
 */
export function countJest(report) {
  const failed = report.numFailedTests + report.numRuntimeErrorTestSuites;
  return {
    passed: report.numPassedTests,
    failed: report.numTotalTests === 0 ? Math.max(failed, 1) : failed,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/** @returns {Counts} of one report of Playwright; an error outside of any test counts as one failure */
export function countPlaywright({ stats, errors = [] }) {
  return {
    passed: stats.expected + stats.flaky,
    failed: stats.unexpected + errors.length,
    skipped: stats.skipped,
  };
}

/**
 * @param {string} xml of pytest, in JUnit's form
 * @returns {Counts} where an error outside of a test's own code counts as its failure; a report without any test is a failure
 */
export function countJunit(xml) {
  const [suite = ''] = /<testsuite\s[^>]*>/.exec(xml) ?? [];
  const number = (name) => Number(new RegExp(`\\b${name}="(\\d+)"`).exec(suite)?.[1] ?? 0);
  const [tests, failed, skipped] = [
    number('tests'),
    number('failures') + number('errors'),
    number('skipped'),
  ];
  return {
    passed: Math.max(tests - failed - skipped, 0),
    failed: tests === 0 ? Math.max(failed, 1) : failed,
    skipped,
  };
}

/**
 * @param {{ results: { outcome: 'passed' | 'failed' | 'skipped' }[] }} report of the fault tests
 * @returns {Counts} where each scenario is a test; a report without any is a failure
 */
export function countFaults({ results }) {
  const count = (wanted) => results.filter(({ outcome }) => outcome === wanted).length;
  const failed = count('failed');
  return {
    passed: count('passed'),
    failed: results.length === 0 ? 1 : failed,
    skipped: count('skipped'),
  };
}

/**
 * Adds up one step's reports.
 *
 * @param {boolean} ok whether the step's command succeeded
 * @param {readonly Counts[]} reports
 * @param {number} missing reports that were expected and are not there; each is a failure
 * @returns {Counts} with a failure at least when the command failed, whatever the reports say
 */
export function countStep(ok, reports, missing) {
  const sum = (key) => reports.reduce((total, counts) => total + counts[key], 0);
  const failed = sum('failed') + missing;
  return { passed: sum('passed'), failed: ok ? failed : Math.max(failed, 1), skipped: sum('skipped') };
}

/** @param {Counts} counts @returns {string} the last line of a test run */
export function summaryLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
