import { createDeviceKey } from '@drivewatch/access';
import { DRIVER_ID_PATTERN, normaliseName } from '@drivewatch/contracts';
import { type Database, DeviceKeyRepository, type NewDeviceKey } from '@drivewatch/persistence';
import { CommandError, type CommandInput, parseCommand, runCommand, UsageError } from './command';
import { formatTable, formatTime } from './table';

const USAGE = `usage: npm run keys -- create --name NAME (--fleet | --driver ID…) [--replay] [--expires TIME]
       npm run keys -- list
       npm run keys -- revoke ID

Makes, lists and takes back the keys with which devices send records. Works on DATABASE_URL, or else on Drivewatch's own
PostgreSQL, whether or not it runs. A revocation holds within five seconds.

  --name NAME     for people: whose key it is
  --fleet         may send records of every driver
  --driver ID     may send records of this driver; may be given several times
  --replay        may announce history as if it happened now (X-Replay)
  --expires TIME  ends after a number of minutes, hours or days, such as 90d
`;

const UNITS_MS = { m: 60_000, h: 3_600_000, d: 86_400_000 };
const LONGEST_NAME = 100;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** `npm run keys` without its process. @returns the exit code */
export function runKeys(input: CommandInput): Promise<number> {
  return runCommand(input, USAGE, () => {
    const [command, ...rest] = input.args;
    if (command === 'create') return create(rest, input);
    if (command === 'list') return list(rest, input);
    if (command === 'revoke') return revoke(rest, input);
    throw new UsageError(`"${command ?? ''}" is no command; allowed: create, list, revoke`);
  });
}

function create(args: string[], { output, notes }: CommandInput) {
  const { values, positionals } = parseCommand(args, {
    name: { type: 'string' },
    fleet: { type: 'boolean', default: false },
    driver: { type: 'string', multiple: true, default: [] },
    replay: { type: 'boolean', default: false },
    expires: { type: 'string' },
  });
  const { name, fleet, driver, replay, expires } = values;
  if (positionals[0] !== undefined) throw new UsageError(`"${positionals[0]}" is not understood`);
  if (name === undefined || name.trim() === '' || name.length > LONGEST_NAME)
    throw new UsageError(`--name is missing or too long; allowed: 1 to ${LONGEST_NAME} characters`);
  if (fleet === driver.length > 0)
    throw new UsageError('Give either --fleet or --driver, not both and not none');
  const driverIds = driver.map(normaliseName);
  const wrong = driverIds.find((id) => !DRIVER_ID_PATTERN.test(id));
  if (wrong !== undefined) throw new UsageError(`--driver ${wrong} is no driver ID`);
  const { key, hash } = createDeviceKey();
  const row: NewDeviceKey = {
    ...{ name: name.trim(), secretHash: hash, mayReplay: replay, expiresAt: expiryOf(expires) },
    driverIds: fleet ? null : [...new Set(driverIds)],
  };
  return async (database: Database): Promise<void> => {
    const id = await new DeviceKeyRepository(database).create(row);
    notes.write(
      `Key ${id} for ${scopeOf(row)}, ${row.expiresAt ? `until ${formatTime(row.expiresAt, '')}` : 'for ever'}.\n`,
    );
    notes.write('Shown this once, and kept nowhere:\n');
    output.write(`${key}\n`);
  };
}

function list(args: string[], { output }: CommandInput) {
  if (args[0] !== undefined) throw new UsageError(`list takes no "${args[0]}"`);
  return async (database: Database): Promise<void> => {
    const keys = await new DeviceKeyRepository(database).list();
    const rows = keys.map((key) => [
      key.id,
      key.name,
      scopeOf(key),
      key.mayReplay ? 'yes' : 'no',
      stateOf(key),
      formatTime(key.createdAt, ''),
      formatTime(key.lastUsedAt, 'never'),
    ]);
    output.write(
      formatTable([['ID', 'NAME', 'DRIVERS', 'REPLAY', 'STATE', 'CREATED', 'LAST USED'], ...rows]),
    );
  };
}

function revoke(args: string[], { output }: CommandInput) {
  const [id, ...surplus] = args;
  if (id === undefined || surplus.length > 0) throw new UsageError('revoke takes one ID; list shows them');
  if (!UUID.test(id)) throw new UsageError(`"${id}" is no ID of a key; list shows them`);
  return async (database: Database): Promise<void> => {
    if (!(await new DeviceKeyRepository(database).revoke(id)))
      throw new CommandError(`There is no key ${id}`);
    output.write(`Key ${id} is revoked; every API refuses it within five seconds\n`);
  };
}

/** @param text such as 90d @throws UsageError */
function expiryOf(text: string | undefined): Date | null {
  if (text === undefined) return null;
  const [, number, unit] = /^([1-9]\d{0,4})([mhd])$/.exec(text) ?? [];
  if (number === undefined)
    throw new UsageError(`--expires ${text} is not understood; allowed: 30m, 12h, 90d and the like`);
  return new Date(Date.now() + Number(number) * UNITS_MS[unit as keyof typeof UNITS_MS]);
}

const scopeOf = ({ driverIds }: { driverIds: string[] | null }): string =>
  driverIds === null ? 'the whole fleet' : driverIds.join(', ');

function stateOf({ revokedAt, expiresAt }: { revokedAt: Date | null; expiresAt: Date | null }): string {
  if (revokedAt !== null) return `revoked ${formatTime(revokedAt, '')}`;
  if (expiresAt === null) return 'valid';
  return `${expiresAt.getTime() <= Date.now() ? 'expired' : 'valid until'} ${formatTime(expiresAt, '')}`;
}
