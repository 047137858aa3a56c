import { toJUnit } from './junit';
import type { ScenarioResult } from './scenario-result';

const aResult = (fields: Partial<ScenarioResult> = {}): ScenarioResult => ({
  name: 'redis-away',
  what: 'Redis away',
  outcome: 'passed',
  notes: [],
  seconds: 1.5,
  ...fields,
});

describe(toJUnit, () => {
  it('counts each scenario as one test, with its time', () => {
    const xml = toJUnit('faults', [
      aResult(),
      aResult({ name: 'other', outcome: 'failed', reason: 'lost', seconds: 2 }),
      aResult({ name: 'third', outcome: 'skipped', reason: 'no root', seconds: 0 }),
    ]);
    expect(xml).toContain(
      '<testsuite name="faults" tests="3" failures="1" errors="0" skipped="1" time="3.500">',
    );
    expect(xml).toContain('<testcase classname="faults" name="redis-away" time="1.500"/>');
    expect(xml).toContain('name="third" time="0.000"><skipped message="no root"/></testcase>');
  });

  it('tells why a scenario failed and what was noted before, whatever characters that has', () => {
    const xml = toJUnit('faults', [
      aResult({ outcome: 'failed', reason: '1 < 2 & "3"', notes: ['\u001b[31m5 struck\u0000'] }),
    ]);
    expect(xml).toContain(
      '<failure message="1 &lt; 2 &amp; &quot;3&quot;">1 &lt; 2 &amp; &quot;3&quot;\nRedis away\n[31m5 struck</failure>',
    );
  });
});
