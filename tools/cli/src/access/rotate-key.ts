import { createDeviceKey } from '@drivewatch/credentials';
import { type Database, type DeviceKeyEntity, DeviceKeyRepository } from '@drivewatch/persistence';
import { CommandError, type CommandInput, type Work } from './command';
import { describeEnd, isValid, ownerOf, scopeOf, TAKEN_SOON } from './key-state';

/** How long a fleet has to be given the new key. */
export const DEFAULT_OVERLAP = '7d';

export interface RotateOptions {
  /** Milliseconds, like `expires`. */
  readonly overlap: number;
  readonly expires?: number;
}

/** @param which ID of a key or its owner, or a name */
export function rotate(
  which: string,
  { overlap, expires }: RotateOptions,
  { output, notes }: CommandInput,
): Work {
  return async (database: Database): Promise<void> => {
    const keys = new DeviceKeyRepository(database);
    const ownerId = findOwner(await keys.list(), which);
    const { key, hash } = createDeviceKey();
    const oldEndsAt = new Date(Date.now() + overlap);
    const expiresAt = expires === undefined ? undefined : new Date(Date.now() + expires);
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

/** @param which ID of a key or its owner, or a name @throws CommandError if no owner or several fit */
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
