import { randomUUID } from 'node:crypto';
import type { AuditDetail } from '@drivewatch/contracts';
import { recordAuditEvent } from './audit-event.repository';
import type { Database } from './database';
import { DeviceKeyEntity } from './device-key.entity';

/** The properties of a new key. */
export interface NewDeviceKey {
  name: string;
  /** The SHA-256 of the key. */
  secretHash: Buffer;
  /** `null` allows every driver. */
  driverIds: string[] | null;
  mayReplay: boolean;
  /** Whether it may read the live feed, and do nothing else; `driverIds` is empty then. */
  readsLive: boolean;
  /** `null` means never. */
  expiresAt: Date | null;
}

/** Says how a key is replaced. */
export interface KeyRotation {
  /** The SHA-256 of the new key. */
  secretHash: Buffer;
  /** When the new key expires; `null` means never, `undefined` after as long a time as the key that it replaces. */
  expiresAt: Date | null | undefined;
  /** When the earlier keys expire, unless they do so sooner. */
  oldEndsAt: Date;
}

/** The part of a key that the API needs. */
export interface DeviceKey {
  id: string;
  /** The id of the first key in the chain of replacements that ends with this one; its own where it is the first. */
  ownerId: string;
  secretHash: Buffer;
  driverIds: string[] | null;
  mayReplay: boolean;
  readsLive: boolean;
  expiresAt: Date | null;
  revokedAt: Date | null;
  lastUsedAt: Date | null;
}

/** The keys that changed, and the cursor for the next call. */
export interface DeviceKeyChanges {
  keys: DeviceKey[];
  /** The cursor for the next call: a time of PostgreSQL's clock, in its own notation, which is finer than a Date. */
  cursor: string;
}

/** A cursor before every key there is. */
export const NO_KEYS_SEEN = '-infinity';
/** The latest that a change is seen: a transaction that takes longer between its statement and its commit is missed. */
const LONGEST_CHANGE = '30 seconds';

/** How many drivers of a key the audit log names at most; the key itself has them all. */
const AUDITED_DRIVERS = 20;

/**
 * Stores the keys of devices and of the live feed. Only a key's hash ever comes here, never the key. Every change is in
 * the audit log.
 */
export class DeviceKeyRepository {
  constructor(private readonly database: Database) {}

  /** @returns the key's id */
  async create(key: NewDeviceKey): Promise<string> {
    const id = randomUUID();
    const dataSource = await this.database.connected();
    await dataSource.transaction(async (manager) => {
      await manager.insert(DeviceKeyEntity, { id, ...key });
      const event = { kind: 'key.created', subject: id, detail: detailOf(key) } as const;
      await recordAuditEvent(manager, this.database.actor, event);
    });
    return id;
  }

  /** Returns all keys, including those no longer valid, oldest first. */
  async list(): Promise<DeviceKeyEntity[]> {
    return (await this.repository()).find({ order: { createdAt: 'ASC', id: 'ASC' } });
  }

  /**
   * Makes a key that replaces its owner's newest one and has the same rights.
   *
   * @returns the new key, or `null` when the owner has no key that was not revoked
   */
  async rotate(
    ownerId: string,
    { secretHash, expiresAt, oldEndsAt }: KeyRotation,
  ): Promise<DeviceKeyEntity | null> {
    const dataSource = await this.database.connected();
    return dataSource.transaction(async (manager) => {
      const [before] = await manager
        .createQueryBuilder(DeviceKeyEntity, 'device')
        .setLock('pessimistic_write')
        .where('coalesce(device.owner_id, device.id) = :ownerId AND device.revoked_at IS NULL', { ownerId })
        .orderBy('device.createdAt', 'DESC')
        .getMany();
      if (before === undefined) return null;
      const lasts =
        before.expiresAt === null ? null : before.expiresAt.getTime() - before.createdAt.getTime();
      const sameTime = lasts === null ? null : new Date(Date.now() + lasts);
      const { name, driverIds, mayReplay, readsLive } = before;
      const id = randomUUID();
      await manager.query(
        `UPDATE device_key SET expires_at = least(expires_at, $2), changed_at = clock_timestamp()
         WHERE coalesce(owner_id, id) = $1 AND revoked_at IS NULL`,
        [ownerId, oldEndsAt],
      );
      await manager.insert(DeviceKeyEntity, {
        id,
        ownerId,
        name,
        secretHash,
        driverIds,
        mayReplay,
        readsLive,
        expiresAt: expiresAt === undefined ? sameTime : expiresAt,
      });
      const made = await manager.findOneByOrFail(DeviceKeyEntity, { id });
      const detail = { ...detailOf(made), owner: ownerId, oldEndsAt: oldEndsAt.toISOString() };
      await recordAuditEvent(manager, this.database.actor, { kind: 'key.rotated', subject: id, detail });
      return made;
    });
  }

  /**
   * Revokes a key for good; one that is revoked already keeps its time.
   *
   * @returns whether there is such a key
   */
  async revoke(id: string): Promise<boolean> {
    const dataSource = await this.database.connected();
    return dataSource.transaction(async (manager) => {
      const lock = { mode: 'pessimistic_write' } as const;
      const key = await manager.findOne(DeviceKeyEntity, { where: { id }, lock });
      if (key?.revokedAt !== null) return key !== null;
      const now = () => 'clock_timestamp()';
      await manager.update(DeviceKeyEntity, { id }, { revokedAt: now, changedAt: now });
      const event = { kind: 'key.revoked', subject: id, detail: { name: key.name } } as const;
      await recordAuditEvent(manager, this.database.actor, event);
      return true;
    });
  }

  /**
   * Returns the keys that have changed since a cursor, and some that changed shortly before it, because they are not
   * committed in the order of `changed_at`.
   */
  async changedSince(cursor: string): Promise<DeviceKeyChanges> {
    const dataSource = await this.database.connected();
    const keys = await dataSource.query<(DeviceKey & { changedAt: string })[]>(
      `SELECT id, coalesce(owner_id, id) AS "ownerId", secret_hash AS "secretHash", driver_ids AS "driverIds", may_replay AS "mayReplay", reads_live AS "readsLive",
         expires_at AS "expiresAt", revoked_at AS "revokedAt", last_used_at AS "lastUsedAt", changed_at::text AS "changedAt"
       FROM device_key WHERE changed_at >= $1::timestamptz - $2::interval ORDER BY changed_at`,
      [cursor, LONGEST_CHANGE],
    );
    return { keys, cursor: keys.at(-1)?.changedAt ?? cursor };
  }

  /**
   * @param uses when keys were last used, epoch milliseconds by id; a time earlier than the stored one changes nothing
   */
  async markUsed(uses: ReadonlyMap<string, number>): Promise<void> {
    const dataSource = await this.database.connected();
    const times = [...uses.values()].map((ms) => new Date(ms).toISOString());
    await dataSource.query(
      `UPDATE device_key SET last_used_at = greatest(last_used_at, used.at)
       FROM unnest($1::uuid[], $2::timestamptz[]) AS used (id, at) WHERE device_key.id = used.id`,
      [[...uses.keys()], times],
    );
  }

  private async repository() {
    return (await this.database.connected()).getRepository(DeviceKeyEntity);
  }
}

/** Returns what the audit log records about a key. */
const detailOf = ({
  name,
  driverIds,
  mayReplay,
  readsLive,
  expiresAt,
}: Omit<NewDeviceKey, 'secretHash'>): AuditDetail => {
  const ends = { expiresAt: expiresAt?.toISOString() ?? null };
  if (readsLive) return { name, readsLive, ...ends };
  return {
    name,
    drivers: driverIds?.slice(0, AUDITED_DRIVERS) ?? 'the whole fleet',
    ...(driverIds !== null && driverIds.length > AUDITED_DRIVERS && { driversInAll: driverIds.length }),
    mayReplay,
    ...ends,
  };
};
