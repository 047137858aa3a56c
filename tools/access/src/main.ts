import { askPassword } from './ask-password';
import { runAudit } from './audit';
import { EXIT } from './command';
import { runDrivers } from './drivers';
import { runKeys } from './keys';
import { runUsers } from './users';

const [program, ...args] = process.argv.slice(2);
const run = { keys: runKeys, users: runUsers, drivers: runDrivers, audit: runAudit }[program ?? ''];
const streams = { output: process.stdout, notes: process.stderr };
process.exitCode = run === undefined ? EXIT.usage : await run({ args, askPassword, ...streams });
