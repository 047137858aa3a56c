/**
 * The one Jest configuration for Node code; jest.mjs chooses the project and the kind of test. swc emits CommonJS with
 * decorator metadata, and Node's `--experimental-vm-modules` (set in jest.mjs) lets that code require the ESM-only
 * NestJS packages.
 */
const { readFileSync } = require('node:fs');
const { join } = require('node:path');

const workspaceRoot = join(__dirname, '../../..');
const { compilerOptions } = JSON.parse(readFileSync(join(workspaceRoot, 'tsconfig.base.json'), 'utf8'));

module.exports = {
  testEnvironment: 'node',
  setupFiles: ['reflect-metadata'],
  moduleNameMapper: Object.fromEntries(
    Object.entries(compilerOptions.paths).map(([alias, [file]]) => [`^${alias}$`, join(workspaceRoot, file)]),
  ),
  transform: {
    '\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
          target: 'es2022',
        },
        module: { type: 'commonjs' },
        sourceMaps: 'inline',
      },
    ],
    '\\.lua$': join(__dirname, 'text-transform.cjs'),
  },
};
