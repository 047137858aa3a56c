import XMLBuilder from 'fast-xml-builder';
import type { ScenarioResult } from './scenario-result';

/** What XML cannot hold at all, such as the colours that programs write. */
// eslint-disable-next-line no-control-regex
const NOT_IN_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g;
const clean = (text: string): string => text.replace(NOT_IN_XML, '');

const builder = new XMLBuilder({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  textNodeName: 'text',
  suppressEmptyNode: true,
});

/** Writes each scenario as one test, in the format that every reader of test results knows. @param suite its name */
export function toJUnit(suite: string, results: readonly ScenarioResult[]): string {
  const count = (outcome: ScenarioResult['outcome']) =>
    results.filter((result) => result.outcome === outcome).length;
  const seconds = results.reduce((sum, result) => sum + result.seconds, 0);
  return builder.build({
    testsuites: {
      testsuite: {
        '@name': suite,
        '@tests': results.length,
        '@failures': count('failed'),
        '@errors': 0,
        '@skipped': count('skipped'),
        '@time': seconds.toFixed(3),
        testcase: results.map((result) => testCase(suite, result)),
      },
    },
  });
}

function testCase(
  suite: string,
  { name, what, outcome, reason = '', notes, seconds }: ScenarioResult,
): object {
  const message = clean(reason);
  return {
    '@classname': suite,
    '@name': name,
    '@time': seconds.toFixed(3),
    ...(outcome === 'skipped' && { skipped: { '@message': message } }),
    ...(outcome === 'failed' && {
      failure: { '@message': message, text: clean([reason, what, ...notes].join('\n')) },
    }),
  };
}
