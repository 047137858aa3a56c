import { UsageError } from '@drivewatch/config/command-line';
import { hashPassword, passwordProblem, userNameProblem } from '@drivewatch/credentials';
import { USER_ROLES, type UserRole } from '@drivewatch/contracts';
import { type Database, DashboardUserRepository } from '@drivewatch/persistence';
import { Argument, Option } from 'commander';
import { CommandError, type CommandInput, runCommand } from './command';
import { formatTable, formatTime } from './table';

const PROGRAM_TEXT = {
  name: 'npm run users --',
  description: `
Manages who may sign in to the dashboard. Works on DATABASE_URL, or else on Drivewatch's own PostgreSQL, whether or not it
runs. The program asks for the password without showing it; --password-stdin reads the first line of the standard input
instead. A user who is changed or removed is signed out within five seconds.`,
};

const PASSWORD_STDIN = ['--password-stdin', 'takes the password from the standard input'] as const;
const ROLES = USER_ROLES.join('|');

interface PasswordOptions {
  passwordStdin?: boolean;
}

/** Runs `npm run users` without its process. @returns the exit code */
export function runUsers(input: CommandInput): Promise<number> {
  return runCommand(input, PROGRAM_TEXT, (program, ask) => {
    const asked =
      ({ passwordStdin = false }: PasswordOptions) =>
      (): Promise<string> =>
        newPassword(input, passwordStdin ? 'stdin' : 'terminal');
    program
      .command('add')
      .description('adds a user')
      .argument('<name>', 'what the user signs in as')
      .addOption(
        new Option(`--role <${ROLES}>`, 'what the user may do').choices(USER_ROLES).makeOptionMandatory(),
      )
      .option(...PASSWORD_STDIN)
      .action((name: string, { role, ...options }: PasswordOptions & { role: UserRole }) => {
        ask(add(input, name, role, asked(options)));
      });
    program
      .command('list')
      .description('lists the users')
      .action(() => {
        ask(list(input));
      });
    program
      .command('password')
      .description('gives a user another password')
      .argument('<name>')
      .option(...PASSWORD_STDIN)
      .action((name: string, options: PasswordOptions) => {
        const change = async () => ({ passwordHash: await asked(options)() });
        ask(changed(input, name, change, 'has a new password'));
      });
    program
      .command('role')
      .description('gives a user another role')
      .argument('<name>')
      .addArgument(new Argument(`<${ROLES}>`).choices(USER_ROLES))
      .action((name: string, role: UserRole) => {
        ask(changed(input, name, () => Promise.resolve({ role }), `is a ${role} now`));
      });
    program
      .command('remove')
      .description('removes a user')
      .argument('<name>')
      .action((name: string) => {
        ask(remove(input, name));
      });
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

function changed(
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

const noUser = (name: string): CommandError => new CommandError(`There is no user ${name}; list shows all`);
