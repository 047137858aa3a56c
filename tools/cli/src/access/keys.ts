import { durationOption, refuse, UsageError } from '@drivewatch/config/command-line';
import { createDeviceKey } from '@drivewatch/credentials';
import { DRIVER_ID_PATTERN, normaliseName } from '@drivewatch/contracts';
import { type Database, DeviceKeyRepository, type NewDeviceKey } from '@drivewatch/persistence';
import { Option } from 'commander';
import { CommandError, type CommandInput, runCommand, type Work } from './command';
import { describeEnd, isValid, ownerOf, scopeOf, stateOf, TAKEN_SOON } from './key-state';
import { DEFAULT_OVERLAP, rotate, type RotateOptions } from './rotate-key';
import { formatTable, formatTime } from './table';

const PROGRAM_TEXT = {
  name: 'npm run keys --',
  description: `
Creates, lists, replaces and revokes the keys that devices send records with, and those that services read the live feed
with. Works on DATABASE_URL, or else on Drivewatch's own PostgreSQL, whether or not it runs. A revocation takes effect
within five seconds.`,
};

const LONGEST_NAME = 100;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Runs `npm run keys` without its process. @returns the exit code */
export function runKeys(input: CommandInput): Promise<number> {
  return runCommand(input, PROGRAM_TEXT, (program, ask) => {
    program
      .command('create')
      .description('creates a key, and shows it only now')
      .requiredOption('--name <name>', 'for people: whose key it is', toName)
      .addOption(new Option('--fleet', 'may send records of every driver').conflicts('driver'))
      .option('--driver <id>', 'may send records of this driver; may be given several times', addDriver)
      .option('--replay', 'may announce history as if it happened now (X-Replay)')
      .addOption(
        new Option('--live', 'may read the live feed, and do nothing else').conflicts([
          'fleet',
          'driver',
          'replay',
        ]),
      )
      .addOption(
        durationOption('--expires <time>', 'ends after a number of minutes, hours or days, such as 90d'),
      )
      .action((options: CreateOptions) => {
        ask(create(options, input));
      });
    program
      .command('list')
      .description('lists the keys')
      .action(() => {
        ask(list(input));
      });
    program
      .command('rotate')
      .summary('makes a key of the same owner')
      .description(
        'Makes a key of the same owner: it may do the same, shares the limits, and what a device sends again under it is known by its recordId or Idempotency-Key.',
      )
      .argument('<key>', 'ID or name of a key; list shows them')
      .addOption(
        durationOption('--overlap <time>', 'how long the old key stays valid; 0 ends it at once', {
          mayBeZero: true,
          default: DEFAULT_OVERLAP,
        }),
      )
      .addOption(
        durationOption(
          '--expires <time>',
          'ends so much later; otherwise it lasts as long as the one before',
        ),
      )
      .action((which: string, options: RotateOptions) => {
        ask(rotate(which, options, input));
      });
    program
      .command('revoke')
      .description('revokes this key only; other keys of its owner stay valid')
      .argument('<id>', 'ID of a key; list shows them', toKeyId)
      .option('--all', 'all keys of its owner')
      .action((id: string, { all = false }: { all?: boolean }) => {
        ask(revoke(id, all, input));
      });
  });
}

function toName(text: string): string {
  const name = text.trim();
  return name === '' || text.length > LONGEST_NAME ? refuse(`1 to ${LONGEST_NAME} characters`) : name;
}

function toKeyId(text: string): string {
  return UUID.test(text) ? text : refuse('the ID of a key; list shows them');
}

/** @param before the values given for the same option before */
function addDriver(text: string, before: readonly string[] | undefined): string[] {
  const driverId = normaliseName(text);
  if (!DRIVER_ID_PATTERN.test(driverId)) return refuse('the ID of a driver');
  return [...new Set(before).add(driverId)];
}

interface CreateOptions {
  readonly name: string;
  readonly fleet?: boolean;
  readonly driver?: string[];
  readonly replay?: boolean;
  readonly live?: boolean;
  readonly expires?: number;
}

function create(
  { name, fleet = false, driver, replay = false, live = false, expires }: CreateOptions,
  { output, notes }: CommandInput,
): Work {
  if (!fleet && !live && driver === undefined) throw new UsageError('give --fleet, --driver or --live');
  const { key, hash } = createDeviceKey();
  const row: NewDeviceKey = {
    name,
    secretHash: hash,
    mayReplay: replay,
    readsLive: live,
    expiresAt: expires === undefined ? null : new Date(Date.now() + expires),
    driverIds: live ? [] : (driver ?? null),
  };
  return async (database: Database): Promise<void> => {
    const id = await new DeviceKeyRepository(database).create(row);
    notes.write(`Key ${id} for ${scopeOf(row)}, ${describeEnd(row.expiresAt)}; ${TAKEN_SOON}.\n`);
    notes.write('Shown this once, and kept nowhere:\n');
    output.write(`${key}\n`);
  };
}

function list({ output }: CommandInput): Work {
  return async (database: Database): Promise<void> => {
    const keys = await new DeviceKeyRepository(database).list();
    const rows = keys.map((key) => [
      key.id,
      ownerOf(key),
      key.name,
      scopeOf(key),
      key.mayReplay ? 'yes' : 'no',
      stateOf(key),
      formatTime(key.createdAt, ''),
      formatTime(key.lastUsedAt, 'never'),
    ]);
    output.write(
      formatTable([['ID', 'OWNER', 'NAME', 'FOR', 'REPLAY', 'STATE', 'CREATED', 'LAST USED'], ...rows]),
    );
  };
}

function revoke(id: string, withAll: boolean, { output }: CommandInput): Work {
  return async (database: Database): Promise<void> => {
    const keys = new DeviceKeyRepository(database);
    const all = await keys.list();
    const key = all.find((one) => one.id === id.toLowerCase());
    if (key === undefined) throw new CommandError(`There is no key ${id}`);
    const others = all.filter((one) => one !== key && ownerOf(one) === ownerOf(key) && isValid(one));
    for (const { id: taken } of withAll ? [key, ...others] : [key]) {
      await keys.revoke(taken);
      output.write(`Key ${taken} is revoked; every API refuses it within five seconds\n`);
    }
    if (withAll) return;
    for (const other of others)
      output.write(
        `Key ${other.id} of the same owner is still ${stateOf(other)}; revoke --all takes back both\n`,
      );
  };
}
