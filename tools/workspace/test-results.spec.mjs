import { describe, expect, it } from '@jest/globals';
import {
  countFaults,
  countJest,
  countJunit,
  countPlaywright,
  countStep,
  summaryLine,
} from './test-results.mjs';

const aJestReport = (numbers) => ({
  numTotalTests: 6,
  numPassedTests: 0,
  numFailedTests: 0,
  numRuntimeErrorTestSuites: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  ...numbers,
});

describe('counting reports', () => {
  it('takes a file of tests that could not run for a failure', () => {
    const report = aJestReport({ numPassedTests: 3, numFailedTests: 1, numRuntimeErrorTestSuites: 1 });
    expect(countJest(report)).toEqual({ passed: 3, failed: 2, skipped: 0 });
  });

  it('takes a project without any test for a failure', () => {
    expect(countJest(aJestReport({ numTotalTests: 0 }))).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });

  it('takes pending and todo tests for skipped', () => {
    const report = aJestReport({ numPassedTests: 1, numPendingTests: 2, numTodoTests: 1 });
    expect(countJest(report)).toEqual({ passed: 1, failed: 0, skipped: 3 });
  });

  it('takes a flaky browser test for passed and an error outside of tests for a failure', () => {
    const stats = { expected: 5, unexpected: 1, flaky: 1, skipped: 2 };
    expect(countPlaywright({ stats, errors: [{ message: 'no browser' }] })).toEqual({
      passed: 6,
      failed: 2,
      skipped: 2,
    });
  });
});

describe("counting pytest's report", () => {
  const aReport = (numbers) =>
    `<?xml version="1.0" encoding="utf-8"?><testsuites name="pytest tests"><testsuite name="pytest" ${numbers} time="1.5">` +
    '<testcase classname="tests" name="counts" time="9" /></testsuite></testsuites>';

  it('takes an error in the preparation of a test for a failure', () => {
    const xml = aReport('errors="1" failures="2" skipped="3" tests="10"');
    expect(countJunit(xml)).toEqual({ passed: 4, failed: 3, skipped: 3 });
    expect(countJunit(aReport('errors="0" failures="0" skipped="0" tests="4"'))).toEqual({
      passed: 4,
      failed: 0,
      skipped: 0,
    });
  });

  it('takes one without any test, or that is cut off, for a failure', () => {
    const none = { passed: 0, failed: 1, skipped: 0 };
    expect(countJunit(aReport('errors="0" failures="0" skipped="0" tests="0"'))).toEqual(none);
    expect(countJunit('<?xml version="1.0"')).toEqual(none);
  });
});

describe('counting the report of the fault tests', () => {
  it('takes each scenario for a test', () => {
    const results = ['passed', 'failed', 'passed', 'skipped'].map((outcome) => ({ outcome }));
    expect(countFaults({ seed: 1, results })).toEqual({ passed: 2, failed: 1, skipped: 1 });
  });

  it('takes one without any scenario for a failure', () => {
    expect(countFaults({ seed: 1, results: [] })).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });
});

describe('adding up a step', () => {
  const green = { passed: 4, failed: 0, skipped: 1 };

  it('adds the reports of all projects', () => {
    expect(countStep(true, [green, { passed: 1, failed: 2, skipped: 0 }], 0)).toEqual({
      passed: 5,
      failed: 2,
      skipped: 1,
    });
  });

  it('counts a report that was not written as a failure', () => {
    expect(countStep(true, [green], 2)).toEqual({ passed: 4, failed: 2, skipped: 1 });
  });

  it('fails when the command failed, even with nothing but green reports', () => {
    expect(countStep(false, [green], 0)).toEqual({ passed: 4, failed: 1, skipped: 1 });
  });
});

describe('the last line', () => {
  it('mentions skipped tests only when there are some', () => {
    expect(summaryLine({ passed: 12, failed: 0, skipped: 0 })).toBe('12 passed, 0 failed');
    expect(summaryLine({ passed: 12, failed: 1, skipped: 3 })).toBe('12 passed, 1 failed, 3 skipped');
  });
});
