/** Prints the versions of the programs that only these tests run, so that results in Nx's cache are valid only for them. */
import { spawnSync } from 'node:child_process';

for (const [program, flag] of [
  ['mvn', '--version'],
  ['javac', '--version'],
  ['go', 'version'],
])
  console.log(program, (spawnSync(program, [flag], { encoding: 'utf8' }).stdout ?? '').split('\n')[0]);
