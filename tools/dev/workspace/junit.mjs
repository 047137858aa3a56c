/** Reads reports in JUnit's XML form, which every test runner here writes. */
import { readFile } from 'node:fs/promises';

/**
 * @typedef {{ passed: number, failed: number, skipped: number }} Counts
 * @typedef {{ test: string, file: string | undefined, message: string }} Failure
 * @typedef {{ name: string, seconds: number }} Suite
 */

const LISTS = ['testsuite', 'testcase', 'failure', 'error'];
const listOf = (value) => (value === undefined ? [] : [value].flat());

/**
 * @param {string} xml
 * @returns {Promise<{ counts: Counts, failures: Failure[], suites: Suite[] }>} an error outside a test's own code
 * counts as a failure of that test
 * @throws Error when it is no report, or one without any test
 */
export async function parseJunit(xml) {
  // The package is imported here, because the scripts start before any package is installed.
  const { XMLParser, XMLValidator } = await import('fast-xml-parser');
  if (XMLValidator.validate(xml) !== true) throw new Error('is no XML');
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '',
    textNodeName: 'text',
    parseTagValue: false,
    isArray: (name) => LISTS.includes(name),
  });
  const document = parser.parse(xml);
  const suites = suitesIn(document.testsuites ?? document);
  const cases = suites.flatMap((suite) =>
    listOf(suite.testcase).map((testcase) => ({ suite, testcase, problems: problemsOf(testcase) })),
  );
  if (cases.length === 0) throw new Error('holds no test');
  const failed = cases.filter(({ problems }) => problems.length > 0);
  const skipped = cases.filter(({ testcase }) => testcase.skipped !== undefined);
  return {
    counts: {
      passed: cases.length - failed.length - skipped.length,
      failed: failed.length,
      skipped: skipped.length,
    },
    failures: failed.map(({ suite, testcase, problems }) => ({
      test: testcase.name,
      file: testcase.file ?? suite.file ?? fileIn(suite.name),
      message: problems[0].text?.trim() || problems[0].message || '',
    })),
    suites: suites.flatMap(durationsOf),
  };
}

/** @param {string} file @throws Error like {@link parseJunit}, or when the file does not exist */
export const readJunit = async (file) => parseJunit(await readFile(file, 'utf8'));

/** Returns all suites below a node; suites may contain suites. */
function suitesIn(node) {
  return listOf(node?.testsuite).flatMap((suite) => [suite, ...suitesIn(suite)]);
}

const problemsOf = ({ failure, error }) =>
  [...listOf(failure), ...listOf(error)].map((problem) =>
    typeof problem === 'string' ? { text: problem } : problem,
  );

const fileIn = (name = '') => (/^[\w./-]+\.(?:ts|mjs|py)$/.test(name) ? name : undefined);

/** A runner that puts everything into one suite (pytest) has the files as the classes of the tests. */
function durationsOf(suite) {
  const cases = listOf(suite.testcase);
  if (cases.length === 0) return [];
  if (suite.name !== 'pytest') return [{ name: suite.name, seconds: Number(suite.time) || 0 }];
  const seconds = new Map();
  for (const { classname, time } of cases)
    seconds.set(classname, (seconds.get(classname) ?? 0) + (Number(time) || 0));
  return [...seconds].map(([name, sum]) => ({ name, seconds: sum }));
}
