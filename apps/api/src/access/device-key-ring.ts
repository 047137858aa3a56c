import { hash, timingSafeEqual } from 'node:crypto';
import type { Socket } from 'node:net';
import { DEVICE_KEY_PATTERN } from '@drivewatch/credentials';
import { normaliseName } from '@drivewatch/contracts';
import { type DeviceKey, DeviceKeyRepository, NO_KEYS_SEEN } from '@drivewatch/persistence';
import { Injectable } from '@nestjs/common';
import type { Reporter } from './reporter';

/** The stored time of a key's last use is at most so old; writing every use would be a row per record. */
const USE_PRECISION_MS = 60_000;
/** 128 bits of the hash: two keys never share them. The rest is compared in constant time. */
const LOOKUP_BYTES = 16;
/** @param digest a byte for each character */
const lookupOf = (digest: string): string => digest.slice(0, LOOKUP_BYTES);

/** The key that the last request of a connection showed: comparing it takes a tenth of the time that hashing does. */
interface ShownKey {
  readonly text: Buffer;
  readonly lookup: string;
}
/** `dw_` and 32 bytes in base64url. */
const KEY_CHARACTERS = 46;
const SHOWN_KEY = Symbol('shownKey');

declare module 'node:net' {
  interface Socket {
    [SHOWN_KEY]?: ShownKey;
  }
}

interface HeldKey {
  /** The id of this very key, where the reporter has that of its owner. */
  readonly id: string;
  readonly hash: Buffer;
  readonly reporter: Reporter;
  readonly expiresAtMs: number;
  readonly isRevoked: boolean;
  useSavedMs: number;
}

/** Written into by {@link isSame}: buffers of their own for each request take longer than comparing them. */
const keyBytes = Buffer.alloc(KEY_CHARACTERS);
const digestBytes = Buffer.alloc(32);

/** In constant time. @param text a byte for each character @param scratch as long as `bytes` */
function isSame(bytes: Buffer, text: string, scratch: Buffer): boolean {
  if (text.length !== bytes.length) return false;
  scratch.write(text, 'latin1');
  return timingSafeEqual(bytes, scratch);
}

/** Whose key it is, or why it does not hold. */
export type KeyCheck = Reporter | 'unknown' | 'revoked' | 'expired';

/** All device keys, in memory: a look costs about a microsecond, and PostgreSQL may be away. */
@Injectable()
export class DeviceKeyRing {
  private readonly keys = new Map<string, HeldKey>();
  private cursor = NO_KEYS_SEEN;
  private uses = new Map<string, number>();
  private loaded = false;

  constructor(private readonly repository: DeviceKeyRepository) {}

  /** Whether the keys have been read at all. */
  get isLoaded(): boolean {
    return this.loaded;
  }

  /** @param connection on which the key was shown; what is found out about the key is remembered with it */
  check(key: string, connection: Socket, nowMs: number): KeyCheck {
    const held = this.find(key, connection);
    if (held === undefined) return 'unknown';
    if (held.isRevoked) return 'revoked';
    if (held.expiresAtMs <= nowMs) return 'expired';
    if (nowMs - held.useSavedMs >= USE_PRECISION_MS) {
      held.useSavedMs = nowMs;
      this.uses.set(held.id, nowMs);
    }
    return held.reporter;
  }

  private find(key: string, connection: Socket): HeldKey | undefined {
    const shown = connection[SHOWN_KEY];
    if (shown !== undefined && isSame(shown.text, key, keyBytes)) return this.keys.get(shown.lookup);
    if (!DEVICE_KEY_PATTERN.test(key)) return undefined;
    // A string, since a buffer of its own for each digest takes three times as long.
    const digest = hash('sha256', key, 'binary');
    const lookup = lookupOf(digest);
    const held = this.keys.get(lookup);
    if (held === undefined || !isSame(held.hash, digest, digestBytes)) return undefined;
    connection[SHOWN_KEY] = { text: Buffer.from(key, 'latin1'), lookup };
    return held;
  }

  /** Takes over what has changed since the last call. @throws the driver's error; what is held stays */
  async refresh(): Promise<void> {
    const { keys, cursor } = await this.repository.changedSince(this.cursor);
    for (const key of keys) this.hold(key);
    this.cursor = cursor;
    this.loaded = true;
  }

  /** Stores which keys were used. @throws the driver's error; the next call stores it then */
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
    // Records' ids are in NFC; those of keys made by older versions need not be.
    const drivers = key.driverIds === null ? null : new Set(key.driverIds.map(normaliseName));
    this.keys.set(lookup, {
      id: key.id,
      hash: key.secretHash,
      reporter: {
        // Keys that replace each other are one sender, to limits and ids alike.
        id: key.ownerId,
        isFleet: drivers === null,
        mayReport: drivers === null ? () => true : (driverId) => drivers.has(driverId),
        mayReplay: key.mayReplay,
      },
      expiresAtMs: key.expiresAt?.getTime() ?? Infinity,
      isRevoked: key.revokedAt !== null,
      useSavedMs: Math.max(held?.useSavedMs ?? 0, key.lastUsedAt?.getTime() ?? 0),
    });
  }
}
