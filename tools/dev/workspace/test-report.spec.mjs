import { describe, expect, it } from '@jest/globals';
import {
  describeFailures,
  readTasks,
  slowestSuites,
  sumCounts,
  summarizeSteps,
  summaryLine,
} from './test-report.mjs';

const STEPS = [
  { name: 'lint', title: 'Lint', targets: ['lint'], hasReport: false },
  { name: 'unit', title: 'Unit tests', targets: ['test'], hasReport: true },
];
const aTask = (over) => ({
  projectName: 'api',
  target: 'test',
  hash: '1',
  status: 0,
  cacheStatus: 'cache-miss',
  startTime: '2026-01-01T00:00:00.000Z',
  endTime: '2026-01-01T00:00:10.000Z',
  ...over,
});
const aReport = (counts, failures = []) => ({
  counts: { passed: 0, failed: 0, skipped: 0, ...counts },
  failures,
  suites: [{ name: 'a.spec.ts', seconds: 3 }],
});
const missing = () => Promise.reject(Object.assign(new Error('no file'), { code: 'ENOENT' }));
const read = (tasks, reports, output = '') =>
  readTasks({ tasks }, '/reports', STEPS, {
    readReport: async (file) => reports[file.replace('/reports/', '')] ?? missing(),
    readOutput: () => Promise.resolve(output),
  });

describe('the result of a task', () => {
  it('is what its report says', async () => {
    const tasks = await read([aTask()], { 'test-api.xml': aReport({ passed: 4, skipped: 1 }) });
    expect(sumCounts(tasks)).toEqual({ passed: 4, failed: 0, skipped: 1 });
    expect(tasks[0]).toMatchObject({ id: 'api:test', step: 'unit', seconds: 10, isFromCache: false });
  });

  it('counts as one test if nothing is reported', async () => {
    const tasks = await read(
      [aTask({ target: 'lint' }), aTask({ target: 'lint', status: 1, projectName: 'consumer' })],
      {},
      'one\ntwo',
    );
    expect(sumCounts(tasks)).toEqual({ passed: 1, failed: 1, skipped: 0 });
    expect(tasks[1].failures).toEqual([{ test: 'consumer:lint', message: 'one\ntwo' }]);
  });

  it('does not count the target that only puts the longest tasks first', async () => {
    expect(await read([aTask({ projectName: 'workspace', target: 'long-first', status: 1 })], {})).toEqual(
      [],
    );
  });

  it('is a failure when the report is missing, though the command succeeded', async () => {
    const tasks = await read([aTask()], {});
    expect(sumCounts(tasks)).toEqual({ passed: 0, failed: 1, skipped: 0 });
    expect(tasks[0].failures[0].message).toBe('reports/test-api.xml was not written');
  });

  it('is a failure when the command failed, whatever the report says', async () => {
    const tasks = await read(
      [aTask({ status: 1 })],
      { 'test-api.xml': aReport({ passed: 4 }) },
      'it crashed',
    );
    expect(sumCounts(tasks)).toEqual({ passed: 4, failed: 1, skipped: 0 });
    expect(tasks[0].failures).toEqual([{ test: 'api:test', message: 'it crashed' }]);
  });

  it('counts the failures of its report once', async () => {
    const failures = [{ test: 'adds', file: 'a.spec.ts', message: 'no' }];
    const tasks = await read([aTask({ status: 1 })], { 'test-api.xml': aReport({ failed: 1 }, failures) });
    expect(sumCounts(tasks).failed).toBe(1);
  });
});

describe('the summary', () => {
  it('tells how long a step took, and what came from the cache', async () => {
    const tasks = await read(
      [
        aTask(),
        aTask({
          projectName: 'consumer',
          startTime: '2026-01-01T00:00:05.000Z',
          endTime: '2026-01-01T00:00:25.000Z',
        }),
        aTask({ projectName: 'config', cacheStatus: 'local-cache-hit' }),
      ],
      Object.fromEntries(
        ['api', 'consumer', 'config'].map((name) => [`test-${name}.xml`, aReport({ passed: 1 })]),
      ),
    );
    expect(summarizeSteps(STEPS, tasks)[1]).toMatchObject({
      name: 'unit',
      seconds: 25,
      taskSeconds: 30,
      tasks: 3,
      fromCache: 1,
      counts: { passed: 3, failed: 0, skipped: 0 },
    });
    expect(slowestSuites(tasks).map(({ project }) => project)).toEqual(['api', 'consumer']);
    expect(summaryLine({ passed: 3, failed: 0, skipped: 2 })).toBe('3 passed, 0 failed, 2 skipped');
  });

  it('names each failed test, what it said, and the command that runs it again', async () => {
    const failures = [{ test: 'adds', file: 'apps/api/a.spec.ts', message: 'expected 1\n\nreceived 2' }];
    const tasks = await read([aTask({ status: 1 })], { 'test-api.xml': aReport({ failed: 1 }, failures) });
    expect(describeFailures(tasks)).toEqual([
      '✗ adds  (apps/api/a.spec.ts)',
      '    expected 1',
      '    received 2',
      '  again: npx nx run api:test -- apps/api/a.spec.ts',
    ]);
  });

  it('says how many failures it does not show', async () => {
    const failures = Array.from({ length: 13 }, (_, n) => ({
      test: `t${n}`,
      file: 'a.spec.ts',
      message: 'no',
    }));
    const tasks = await read([aTask({ status: 1 })], { 'test-api.xml': aReport({ failed: 13 }, failures) });
    expect(describeFailures(tasks).at(-1)).toBe('… and 3 more; reports/ holds them all');
  });
});
