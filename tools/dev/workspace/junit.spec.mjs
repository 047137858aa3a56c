import { describe, expect, it } from '@jest/globals';
import { parseJunit } from './junit.mjs';

const aReport = (suites) => `<?xml version="1.0" encoding="UTF-8"?><testsuites>${suites}</testsuites>`;

describe('reading a report in JUnit form', () => {
  it('counts tests, and says for each failure where it is and what the message was', async () => {
    const report = await parseJunit(
      aReport(`
        <testsuite name="libs/a/one.spec.ts" time="1.5" tests="3">
          <testcase name="adds" file="libs/a/one.spec.ts" time="0.1"/>
          <testcase name="waits" time="0.1"><skipped/></testcase>
          <testcase name="subtracts" file="libs/a/one.spec.ts" time="1"><failure>expected &lt;1&gt;
  got 2</failure></testcase>
        </testsuite>
        <testsuite name="libs/a/two.spec.ts" time="0.5"><testcase name="loads" time="0"><error message="no such module"/></testcase></testsuite>`),
    );
    expect(report.counts).toEqual({ passed: 1, failed: 2, skipped: 1 });
    expect(report.failures).toEqual([
      { test: 'subtracts', file: 'libs/a/one.spec.ts', message: 'expected <1>\n  got 2' },
      { test: 'loads', file: 'libs/a/two.spec.ts', message: 'no such module' },
    ]);
    expect(report.suites).toEqual([
      { name: 'libs/a/one.spec.ts', seconds: 1.5 },
      { name: 'libs/a/two.spec.ts', seconds: 0.5 },
    ]);
  });

  it("tells pytest's files apart, although they are one suite", async () => {
    const { counts, suites } = await parseJunit(
      aReport(`
        <testsuite name="pytest" time="9" tests="3">
          <testcase classname="tests.test_hours" name="a" time="1.5"/>
          <testcase classname="tests.test_hours" name="b" time="2"/>
          <testcase classname="tests.test_lock" name="c" time="1"/>
        </testsuite>`),
    );
    expect(counts).toEqual({ passed: 3, failed: 0, skipped: 0 });
    expect(suites).toEqual([
      { name: 'tests.test_hours', seconds: 3.5 },
      { name: 'tests.test_lock', seconds: 1 },
    ]);
  });

  it('finds tests in suites of suites', async () => {
    const { counts } = await parseJunit(
      aReport('<testsuite name="outer"><testsuite name="inner"><testcase name="a"/></testsuite></testsuite>'),
    );
    expect(counts.passed).toBe(1);
  });

  it.each([
    ['without any test', aReport('<testsuite name="pytest" tests="0"/>'), 'holds no test'],
    ['that is cut off', '<?xml version="1.0"?><testsuites><testsuite name="a"><testcase', 'is no XML'],
    ['that is empty', '', 'is no XML'],
  ])('refuses one %s', async (_name, xml, message) => {
    await expect(parseJunit(xml)).rejects.toThrow(message);
  });
});
