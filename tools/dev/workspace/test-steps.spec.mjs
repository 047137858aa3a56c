import { describe, expect, it } from '@jest/globals';
import { commandAgain, FULL_STEPS, parseOptions, SHORT_STEPS, UsageError } from './test-steps.mjs';

describe('the options of npm test', () => {
  it('runs every step without any', () => {
    expect(parseOptions([])).toMatchObject({ steps: SHORT_STEPS, isPart: false, nxOptions: [] });
    expect(parseOptions(['--full'])).toMatchObject({ steps: FULL_STEPS, isFull: true });
  });

  it('takes a part, in either spelling', () => {
    for (const args of [['--only', 'integration,e2e'], ['--only=integration,e2e']]) {
      const { steps, isPart } = parseOptions(args);
      expect([steps.map(({ name }) => name), isPart]).toEqual([['integration', 'e2e'], true]);
    }
  });

  it('also runs the checks of the whole workspace for a project', () => {
    expect(parseOptions(['--project', 'api']).nxOptions).toEqual(['--projects=api,workspace']);
    expect(parseOptions(['--project', 'api', '--only', 'unit']).nxOptions).toEqual(['--projects=api']);
  });

  it.each([
    [['--only', 'unti'], /--only unti is no step; allowed: build, format, .*e2e/],
    [['--only', 'long'], /--only long is no step/],
    [['--project', 'api,apo'], /--project apo is no project; allowed: api, consumer, .*workspace/],
    [['--project'], /--project needs a value/],
    [['--quick'], /Unknown option "--quick"/],
  ])('refuses %j in one line', (args, message) => {
    expect(() => parseOptions(args)).toThrow(UsageError);
    expect(() => parseOptions(args)).toThrow(message);
  });
});

describe('the command that runs a task again', () => {
  it('names the file if the runner accepts one', () => {
    expect(commandAgain({ project: 'api', target: 'test' }, 'apps/api/a.spec.ts')).toBe(
      'npx nx run api:test -- apps/api/a.spec.ts',
    );
    expect(commandAgain({ project: 'faults', target: 'short' }, 'redis-away')).toBe(
      'npx nx run faults:short',
    );
    expect(commandAgain({ project: 'workspace', target: 'lint' }, undefined)).toBe(
      'npx nx run workspace:lint',
    );
  });
});
