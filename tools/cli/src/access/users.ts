import { hashPassword, passwordProblem, userNameProblem } from '@drivewatch/credentials';
import { USER_ROLES, type UserRole } from '@drivewatch/contracts';
import { type Database, DashboardUserRepository } from '@drivewatch/persistence';
import { readOptions, UsageError } from '../program';
import { CommandError, type CommandInput, runCommand } from './command';
import { formatTable, formatTime } from './table';

const USAGE = `usage: npm run users -- add NAME --role viewer|admin [--password-stdin]
       npm run users -- list
       npm run users -- password NAME [--password-stdin]
       npm run users -- role NAME viewer|admin
       npm run users -- remove NAME

Says who may sign in to the dashboard. Works on DATABASE_URL, or else on Drivewatch's own PostgreSQL, whether or not it
runs. The password is asked for and not shown; --password-stdin takes the first line of the standard input instead. Whoever
is changed or removed is signed out within five seconds.
`;

/** `npm run users` without its process. @returns the exit code */
export function runUsers(input: CommandInput): Promise<number> {
  return runCommand(input, USAGE, () => {
    const [command, ...rest] = input.args;
    const { values, positionals } = readOptions(rest, {
      role: { type: 'string' },
      'password-stdin': { type: 'boolean', default: false },
    });
    const [name, argument] = positionals;
    const expected = { add: 1, list: 0, password: 1, role: 2, remove: 1 }[command ?? ''];
    if (expected === undefined)
      throw new UsageError(`"${command ?? ''}" is no command; allowed: add, list, password, role, remove`);
    if (positionals.length !== expected)
      throw new UsageError(`${command ?? ''} takes ${expected} argument(s)`);
    if (name === undefined) return list(input);
    const ask = () => newPassword(input, values['password-stdin'] ? 'stdin' : 'terminal');
    switch (command) {
      case 'add':
        return add(input, name, roleOf(values.role), ask);
      case 'password':
        return change(input, name, async () => ({ passwordHash: await ask() }), 'has a new password');
      case 'role': {
        const role = roleOf(argument);
        return change(input, name, () => Promise.resolve({ role }), `is a ${role} now`);
      }
      default:
        return remove(input, name);
    }
  });
}

function add({ output }: CommandInput, name: string, role: UserRole, ask: () => Promise<string>) {
  const problem = userNameProblem(name);
  if (problem !== null) throw new UsageError(problem);
  return async (database: Database): Promise<void> => {
    await new DashboardUserRepository(database).add({ name, role, passwordHash: await ask() });
    output.write(`${name} may sign in as ${role}\n`);
  };
}

function change(
  { output }: CommandInput,
  name: string,
  what: () => Promise<{ passwordHash: string } | { role: UserRole }>,
  said: string,
) {
  return async (database: Database): Promise<void> => {
    const users = new DashboardUserRepository(database);
    if (!(await users.change(name, await what()))) throw noUser(name);
    output.write(`${name} ${said}, and has to sign in again\n`);
  };
}

function remove({ output }: CommandInput, name: string) {
  return async (database: Database): Promise<void> => {
    if (!(await new DashboardUserRepository(database).remove(name))) throw noUser(name);
    output.write(`${name} is removed, and signed out within five seconds\n`);
  };
}

function list({ output }: CommandInput) {
  return async (database: Database): Promise<void> => {
    const users = await new DashboardUserRepository(database).list();
    const rows = users.map(({ name, role, createdAt }) => [name, role, formatTime(createdAt, '')]);
    output.write(formatTable([['NAME', 'ROLE', 'CREATED'], ...rows]));
  };
}

/** @returns its hash */
async function newPassword({ askPassword }: CommandInput, from: 'terminal' | 'stdin'): Promise<string> {
  const password = await askPassword(from);
  const problem = passwordProblem(password);
  if (problem !== null) throw new CommandError(problem);
  return hashPassword(password);
}

function roleOf(text: string | undefined): UserRole {
  const role = USER_ROLES.find((one) => one === text);
  if (role === undefined)
    throw new UsageError(
      `The role is ${text === undefined ? 'missing' : `"${text}"`}; allowed: ${USER_ROLES.join(', ')}`,
    );
  return role;
}

const noUser = (name: string): CommandError => new CommandError(`There is no user ${name}; list shows all`);
