import { hash, timingSafeEqual } from 'node:crypto';
import type { Socket } from 'node:net';
import { DEVICE_KEY_PATTERN } from '@drivewatch/credentials';
import { normaliseName } from '@drivewatch/contracts';
import { type DeviceKey, DeviceKeyRepository, NO_KEYS_SEEN } from '@drivewatch/persistence';
import { Injectable } from '@nestjs/common';
import type { Reporter } from './reporter';

/** The stored time of a key's last use may be this much too old; writing every use would mean a row per record. */
const USE_PRECISION_MS = 60_000;
/** The lookup uses 128 bits of the hash, which no two keys share. The rest is compared in constant time. */
const LOOKUP_BYTES = 16;
/** @param digest one character per byte */
const lookupOf = (digest: string): string => digest.slice(0, LOOKUP_BYTES);

/** The key that the last request of a connection showed: comparing it takes a tenth of the time of hashing it. */
interface ShownKey {
  readonly text: Buffer;
  readonly lookup: string;
}
/** A key is `dw_` and 32 bytes in base64url. */
const KEY_CHARACTERS = 46;
const SHOWN_KEY = Symbol('shownKey');

declare module 'node:net' {
  interface Socket {
    [SHOWN_KEY]?: ShownKey;
  }
}

interface HeldKey {
  /** The id of this very key; the reporter has the id of the key's owner. */
  readonly id: string;
  readonly hash: Buffer;
  /** `live` for a key that may read the live feed and not report. */
  readonly reporter: Reporter | 'live';
  readonly ownerId: string;
  readonly expiresAtMs: number;
  readonly isRevoked: boolean;
  useSavedMs: number;
}

/** {@link isSame} writes into these; allocating buffers for each request takes longer than comparing them. */
const keyBytes = Buffer.alloc(KEY_CHARACTERS);
const digestBytes = Buffer.alloc(32);

/** Compares in constant time. @param text one character per byte @param scratch a buffer as long as `bytes` */
function isSame(bytes: Buffer, text: string, scratch: Buffer): boolean {
  if (text.length !== bytes.length) return false;
  scratch.write(text, 'latin1');
  return timingSafeEqual(bytes, scratch);
}

/** Why a key is not valid. */
export type KeyRefusal = 'unknown' | 'revoked' | 'expired';

/** The reporter whose key it is, or why the key may not report; `live` if it may read the live feed instead. */
export type KeyCheck = Reporter | KeyRefusal | 'live';

/** A key that may read the live feed. */
export interface LiveKey {
  readonly id: string;
  /** Keys that replace each other have one owner. */
  readonly ownerId: string;
}

/** Holds all keys in memory, so that a check costs about a microsecond and works while PostgreSQL is away. */
@Injectable()
export class DeviceKeyRing {
  private readonly keys = new Map<string, HeldKey>();
  /** Those of the keys that may read the live feed, by id. */
  private readonly liveKeys = new Map<string, HeldKey>();
  private cursor = NO_KEYS_SEEN;
  private uses = new Map<string, number>();
  private loaded = false;

  constructor(private readonly repository: DeviceKeyRepository) {}

  /** Whether the keys have been read at least once. */
  get isLoaded(): boolean {
    return this.loaded;
  }

  /** @param connection the connection that the key was shown on; the result is remembered with it */
  check(key: string, connection: Socket, nowMs: number): KeyCheck {
    const held = this.find(key, connection);
    if (held === undefined) return 'unknown';
    return this.use(held, nowMs) ?? held.reporter;
  }

  /**
   * @param connection as for {@link check}
   * @returns the key, or why it may not read the live feed; `device` if it may report instead
   */
  checkLive(key: string, connection: Socket, nowMs: number): LiveKey | KeyRefusal | 'device' {
    const held = this.find(key, connection);
    if (held === undefined) return 'unknown';
    const refusal = this.use(held, nowMs);
    if (refusal !== null) return refusal;
    return held.reporter === 'live' ? { id: held.id, ownerId: held.ownerId } : 'device';
  }

  /**
   * Notes that a key is still in use, because a connection that it has opened may last for weeks.
   *
   * @returns why it is not valid any more, or `null`
   */
  endOf({ id }: LiveKey, nowMs: number): KeyRefusal | null {
    const held = this.liveKeys.get(id);
    return held === undefined ? 'unknown' : this.use(held, nowMs);
  }

  /** Notes the use of a key, unless it is not valid: then it returns why. */
  private use(held: HeldKey, nowMs: number): KeyRefusal | null {
    if (held.isRevoked) return 'revoked';
    if (held.expiresAtMs <= nowMs) return 'expired';
    if (nowMs - held.useSavedMs >= USE_PRECISION_MS) {
      held.useSavedMs = nowMs;
      this.uses.set(held.id, nowMs);
    }
    return null;
  }

  private find(key: string, connection: Socket): HeldKey | undefined {
    const shown = connection[SHOWN_KEY];
    if (shown !== undefined && isSame(shown.text, key, keyBytes)) return this.keys.get(shown.lookup);
    if (!DEVICE_KEY_PATTERN.test(key)) return undefined;
    // The digest is a string, because a buffer for each digest takes three times as long.
    const digest = hash('sha256', key, 'binary');
    const lookup = lookupOf(digest);
    const held = this.keys.get(lookup);
    if (held === undefined || !isSame(held.hash, digest, digestBytes)) return undefined;
    connection[SHOWN_KEY] = { text: Buffer.from(key, 'latin1'), lookup };
    return held;
  }

  /** Takes over what has changed since the last call. @throws the database driver's error; the keys held so far stay */
  async refresh(): Promise<void> {
    const { keys, cursor } = await this.repository.changedSince(this.cursor);
    for (const key of keys) this.hold(key);
    this.cursor = cursor;
    this.loaded = true;
  }

  /** Stores which keys were used. @throws the database driver's error; the next call then stores them */
  async saveUses(): Promise<void> {
    if (this.uses.size === 0) return;
    const uses = this.uses;
    this.uses = new Map();
    try {
      await this.repository.markUsed(uses);
    } catch (error) {
      for (const [id, ms] of uses) if (!this.uses.has(id)) this.uses.set(id, ms);
      throw error;
    }
  }

  private hold(key: DeviceKey): void {
    const lookup = lookupOf(key.secretHash.toString('latin1'));
    const held = this.keys.get(lookup);
    // The driver ids of records are in NFC; those of keys made by older versions may not be.
    const drivers = key.driverIds === null ? null : new Set(key.driverIds.map(normaliseName));
    const reporter = {
      // Keys that replace each other count as one sender, for limits and ids alike.
      id: key.ownerId,
      isFleet: drivers === null,
      mayReport: drivers === null ? () => true : (driverId: string) => drivers.has(driverId),
      mayReplay: key.mayReplay,
    };
    const changed: HeldKey = {
      id: key.id,
      hash: key.secretHash,
      reporter: key.readsLive ? 'live' : reporter,
      ownerId: key.ownerId,
      expiresAtMs: key.expiresAt?.getTime() ?? Infinity,
      isRevoked: key.revokedAt !== null,
      useSavedMs: Math.max(held?.useSavedMs ?? 0, key.lastUsedAt?.getTime() ?? 0),
    };
    this.keys.set(lookup, changed);
    if (key.readsLive) this.liveKeys.set(key.id, changed);
  }
}
