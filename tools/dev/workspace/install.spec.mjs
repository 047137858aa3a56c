import { describe, expect, it } from '@jest/globals';
import { isUpToDate, npmEnv } from './install.mjs';

describe('comparing node_modules with the lock file', () => {
  const wanted = {
    '': { version: '0.1.0' },
    'node_modules/nx': { version: '23.2.1', integrity: 'sha512-a' },
    'node_modules/other-platform': { version: '1.0.0', integrity: 'sha512-b', optional: true },
  };
  const { 'node_modules/nx': nx, 'node_modules/other-platform': otherPlatform } = wanted;

  it('does without the packages of other platforms', () => {
    expect(isUpToDate(wanted, { 'node_modules/nx': nx }, 'all')).toBe(true);
    expect(
      isUpToDate(wanted, { 'node_modules/nx': nx, 'node_modules/other-platform': otherPlatform }, 'all'),
    ).toBe(true);
  });

  it('notices a package that is missing, surplus, of another version or of other content', () => {
    expect(isUpToDate(wanted, {}, 'all')).toBe(false);
    expect(isUpToDate(wanted, { 'node_modules/nx': nx, 'node_modules/surplus': nx }, 'all')).toBe(false);
    expect(isUpToDate(wanted, { 'node_modules/nx': { ...nx, version: '23.2.0' } }, 'all')).toBe(false);
    expect(isUpToDate(wanted, { 'node_modules/nx': { ...nx, integrity: 'sha512-c' } }, 'all')).toBe(false);
  });
});

describe('the packages of a start', () => {
  const wanted = {
    'node_modules/nx': { version: '23.2.1', integrity: 'sha512-a' },
    'node_modules/jest': { version: '30.0.0', integrity: 'sha512-j', dev: true },
  };
  const { 'node_modules/nx': nx, 'node_modules/jest': jest } = wanted;

  it('exclude those of tests, and are complete if everything is installed', () => {
    expect(isUpToDate(wanted, { 'node_modules/nx': nx }, 'start')).toBe(true);
    expect(isUpToDate(wanted, { 'node_modules/nx': nx }, 'all')).toBe(false);
    expect(isUpToDate(wanted, { 'node_modules/nx': nx, 'node_modules/jest': jest }, 'start')).toBe(true);
    expect(isUpToDate(wanted, { 'node_modules/jest': jest }, 'start')).toBe(false);
  });

  it('are not up to date if a test package is not', () => {
    const old = { ...jest, version: '29.0.0' };
    expect(isUpToDate(wanted, { 'node_modules/nx': nx, 'node_modules/jest': old }, 'start')).toBe(false);
  });
});

describe('the environment of npm ci', () => {
  it('leaves out what belongs to the npm run that called, and keeps the settings of the user', () => {
    const env = {
      npm_config_ignore_scripts: 'true',
      npm_config_omit: 'dev',
      npm_lifecycle_event: 'start',
      npm_package_name: 'drivewatch',
      NODE_ENV: 'production',
      npm_config_cache: '/var/cache/npm',
      npm_config_proxy: 'http://proxy:3128',
      HOME: '/home/me',
      PATH: '/checkout/node_modules/.bin:/usr/bin',
    };
    expect(npmEnv(env)).toEqual({
      npm_config_cache: '/var/cache/npm',
      npm_config_proxy: 'http://proxy:3128',
      HOME: '/home/me',
      PATH: '/usr/bin',
    });
  });
});
