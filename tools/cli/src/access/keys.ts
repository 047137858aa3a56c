import { createDeviceKey } from '@drivewatch/credentials';
import { DRIVER_ID_PATTERN, normaliseName } from '@drivewatch/contracts';
import { type Database, DeviceKeyRepository, type NewDeviceKey } from '@drivewatch/persistence';
import { readOptions, UsageError } from '../program';
import { CommandError, type CommandInput, runCommand } from './command';
import { durationMs } from './duration';
import { describeEnd, isValid, ownerOf, scopeOf, stateOf, TAKEN_SOON } from './key-state';
import { rotate } from './rotate-key';
import { formatTable, formatTime } from './table';

const USAGE = `usage: npm run keys -- create --name NAME (--fleet | --driver ID…) [--replay] [--expires TIME]
       npm run keys -- list
       npm run keys -- rotate ID|NAME [--overlap TIME] [--expires TIME]
       npm run keys -- revoke ID [--all]

Makes, lists, replaces and takes back the keys with which devices send records. Works on DATABASE_URL, or else on
Drivewatch's own PostgreSQL, whether or not it runs. A revocation holds within five seconds.

  --name NAME     for people: whose key it is
  --fleet         may send records of every driver
  --driver ID     may send records of this driver; may be given several times
  --replay        may announce history as if it happened now (X-Replay)
  --expires TIME  ends after a number of minutes, hours or days, such as 90d

rotate makes a key of the same owner: it may do the same, shares the limits, and what a device sends again under it is
known by its recordId or Idempotency-Key. It lasts as long as the one before, or --expires.
  --overlap TIME  for so long the old one is taken beside it, 7d where this is left out; 0: not at all

revoke takes back that key alone, which leaves others of its owner valid.
  --all           all keys of its owner
`;

const LONGEST_NAME = 100;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** `npm run keys` without its process. @returns the exit code */
export function runKeys(input: CommandInput): Promise<number> {
  return runCommand(input, USAGE, () => {
    const [command, ...rest] = input.args;
    if (command === 'create') return create(rest, input);
    if (command === 'list') return list(rest, input);
    if (command === 'rotate') return rotate(rest, input);
    if (command === 'revoke') return revoke(rest, input);
    throw new UsageError(`"${command ?? ''}" is no command; allowed: create, list, rotate, revoke`);
  });
}

function create(args: string[], { output, notes }: CommandInput) {
  const { values, positionals } = readOptions(args, {
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
    notes.write(`Key ${id} for ${scopeOf(row)}, ${describeEnd(row.expiresAt)}; ${TAKEN_SOON}.\n`);
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
      ownerOf(key),
      key.name,
      scopeOf(key),
      key.mayReplay ? 'yes' : 'no',
      stateOf(key),
      formatTime(key.createdAt, ''),
      formatTime(key.lastUsedAt, 'never'),
    ]);
    output.write(
      formatTable([['ID', 'OWNER', 'NAME', 'DRIVERS', 'REPLAY', 'STATE', 'CREATED', 'LAST USED'], ...rows]),
    );
  };
}

function revoke(args: string[], { output }: CommandInput) {
  const { values, positionals } = readOptions(args, { all: { type: 'boolean', default: false } });
  const [id, ...surplus] = positionals;
  if (id === undefined || surplus.length > 0) throw new UsageError('revoke takes one ID; list shows them');
  if (!UUID.test(id)) throw new UsageError(`"${id}" is no ID of a key; list shows them`);
  return async (database: Database): Promise<void> => {
    const keys = new DeviceKeyRepository(database);
    const all = await keys.list();
    const key = all.find((one) => one.id === id.toLowerCase());
    if (key === undefined) throw new CommandError(`There is no key ${id}`);
    const others = all.filter((one) => one !== key && ownerOf(one) === ownerOf(key) && isValid(one));
    for (const { id: taken } of values.all ? [key, ...others] : [key]) {
      await keys.revoke(taken);
      output.write(`Key ${taken} is revoked; every API refuses it within five seconds\n`);
    }
    if (values.all) return;
    for (const other of others)
      output.write(
        `Key ${other.id} of the same owner is still ${stateOf(other)}; revoke --all takes back both\n`,
      );
  };
}

/** @throws UsageError */
function expiryOf(text: string | undefined): Date | null {
  return text === undefined ? null : new Date(Date.now() + durationMs('--expires', text));
}
