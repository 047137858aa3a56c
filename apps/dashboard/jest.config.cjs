/**
 * Angular compiles its own templates and decorators, so this project uses a preset of its own instead of the
 * workspace's Jest configuration; the aliases of the libraries are the same.
 */
const { createCjsPreset } = require('jest-preset-angular/presets');
const { moduleNameMapper } = require('../../tools/dev/workspace/jest.config.cjs');

module.exports = {
  ...createCjsPreset({ tsconfig: '<rootDir>/tsconfig.json' }),
  rootDir: __dirname,
  testEnvironment: 'jest-preset-angular/environments/jest-jsdom-env',
  setupFilesAfterEnv: ['<rootDir>/src/test-setup.ts'],
  transformIgnorePatterns: ['node_modules/(?!uuid/|p-map/|.*\\.mjs$)'],
  moduleNameMapper,
};
