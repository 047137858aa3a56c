import { createDeviceKey } from '@drivewatch/credentials';
import { type Database, type DeviceKeyEntity, DeviceKeyRepository } from '@drivewatch/persistence';
import { readOptions, UsageError } from '../program';
import { CommandError, type CommandInput } from './command';
import { durationMs } from './duration';
import { describeEnd, isValid, ownerOf, scopeOf, TAKEN_SOON } from './key-state';

/** Time for a fleet to be given the new key. */
const DEFAULT_OVERLAP = '7d';

/** `npm run keys -- rotate`. @throws UsageError */
export function rotate(args: string[], { output, notes }: CommandInput) {
  const { values, positionals } = readOptions(args, {
    overlap: { type: 'string', default: DEFAULT_OVERLAP },
    expires: { type: 'string' },
  });
  const [which, ...surplus] = positionals;
  if (which === undefined || surplus.length > 0)
    throw new UsageError('rotate takes one ID or name of a key; list shows them');
  const overlapMs = values.overlap === '0' ? 0 : durationMs('--overlap', values.overlap);
  const lastsMs = values.expires === undefined ? undefined : durationMs('--expires', values.expires);
  return async (database: Database): Promise<void> => {
    const keys = new DeviceKeyRepository(database);
    const ownerId = findOwner(await keys.list(), which);
    const { key, hash } = createDeviceKey();
    const oldEndsAt = new Date(Date.now() + overlapMs);
    const expiresAt = lastsMs === undefined ? undefined : new Date(Date.now() + lastsMs);
    const made = await keys.rotate(ownerId, { secretHash: hash, expiresAt, oldEndsAt });
    if (made === null) throw new CommandError(`The key ${which} is revoked; create another one`);
    notes.write(
      `Key ${made.id} of owner ${ownerId} for ${scopeOf(made)}, ${describeEnd(made.expiresAt)}; ${TAKEN_SOON}.\n`,
    );
    for (const old of (await keys.list()).filter((one) => ownerOf(one) === ownerId && one.id !== made.id))
      if (isValid(old))
        notes.write(`Key ${old.id} of the same owner is taken ${describeEnd(old.expiresAt)}.\n`);
    notes.write('Shown this once, and kept nowhere:\n');
    output.write(`${key}\n`);
  };
}

/** @param which ID of a key or its owner, or a name @throws CommandError where that is none or several */
function findOwner(keys: readonly DeviceKeyEntity[], which: string): string {
  const byId = keys.find(({ id }) => id === which.toLowerCase());
  if (byId !== undefined) return ownerOf(byId);
  const named = keys.filter(({ name, revokedAt }) => name === which && revokedAt === null);
  const [owner, ...others] = new Set(named.map(ownerOf));
  if (owner === undefined)
    throw new CommandError(`There is no key ${which}, or it is revoked; list shows them`);
  if (others.length > 0)
    throw new CommandError(`${others.length + 1} owners have keys named ${which}; say which by its ID`);
  return owner;
}
