/** Runs one project's unit or integration tests and leaves the result where test.mjs counts it. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';

const [kind, project, root, ...rest] = process.argv.slice(2);
const config = `${root}/jest.${kind}.config.cjs`;
if (!['unit', 'integration'].includes(kind) || !existsSync(config)) {
  console.error('usage: node tools/workspace/jest.mjs unit|integration PROJECT ROOT [jest options]');
  process.exit(2);
}
// Angular's preset brings its own module handling and breaks under the flag that NestJS 12 needs.
const forAngular = root === 'apps/dashboard';
const flags = forAngular ? [] : ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
mkdirSync('reports', { recursive: true });
const report = ['--json', `--outputFile=reports/${kind}-${project}.json`];
const order = kind === 'integration' ? ['--runInBand'] : [];
const child = spawn(
  process.execPath,
  [...flags, 'node_modules/jest/bin/jest.js', '--config', config, '--ci', ...order, ...report, ...rest],
  { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, TZ: 'UTC' } },
);
child.on('exit', (code) => process.exit(code ?? 1));
