/**
 * Prints the versions of the system's programs that tests run, so that results in Nx's cache are valid only for these
 * versions.
 */
import { spawnSync } from 'node:child_process';
import { findProgram, SYSTEM_PROGRAMS } from '../../../libs/local-services/src/process/system-programs.mjs';

const JAVA = { names: ['java'] };
const PYTHON = { names: ['python3'] };

for (const { names } of [...Object.values(SYSTEM_PROGRAMS), JAVA, PYTHON]) {
  const program = await findProgram(names);
  const flag = names.includes('nginx') ? '-v' : '--version';
  const { stdout = '', stderr = '' } = program ? spawnSync(program, [flag], { encoding: 'utf8' }) : {};
  console.log(program ?? names[0], `${stdout}${stderr}`.trim().split('\n')[0]);
}
