/**
 * The one Jest configuration for Node code. swc emits CommonJS with decorator metadata, and Node's
 * `--experimental-vm-modules` (set in jest.mjs) lets that code require the ESM-only NestJS packages.
 */
const { readFileSync } = require('node:fs');
const { join } = require('node:path');

const workspaceRoot = join(__dirname, '../..');
const { compilerOptions } = JSON.parse(readFileSync(join(workspaceRoot, 'tsconfig.base.json'), 'utf8'));

const moduleNameMapper = Object.fromEntries(
  Object.entries(compilerOptions.paths).map(([alias, [file]]) => [`^${alias}$`, join(workspaceRoot, file)]),
);

/** @param {string} projectRoot absolute folder of the project @param {'unit' | 'integration'} kind */
module.exports = (projectRoot, kind) => ({
  rootDir: projectRoot,
  testEnvironment: 'node',
  testMatch: [kind === 'unit' ? '**/*.spec.ts' : '**/*.int-spec.ts'],
  setupFiles: ['reflect-metadata'],
  moduleNameMapper,
  ...(kind === 'integration' && { testSequencer: join(__dirname, 'largest-suite-first.cjs') }),
  // Only what hangs takes so long, however busy the machine is.
  testTimeout: kind === 'unit' ? 60_000 : 300_000,
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
  },
});
