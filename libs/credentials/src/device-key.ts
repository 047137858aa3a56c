import { hash, randomBytes } from 'node:crypto';

const SECRET_BYTES = 32;
/** The prefix tells a person, or a scanner of repositories, what the text is. */
const PREFIX = 'dw_';

/** Matches every possible key; a text that does not match need not be looked up. */
export const DEVICE_KEY_PATTERN = /^dw_[\w-]{43}$/;

/**
 * Makes a new key: `dw_` and 256 random bits in base64url.
 *
 * Its hash is plain SHA-256, fast and without a salt, because it cannot be guessed as a password can.
 */
export function createDeviceKey(): { key: string; hash: Buffer } {
  const key = PREFIX + randomBytes(SECRET_BYTES).toString('base64url');
  return { key, hash: hashDeviceKey(key) };
}

/** Returns the part of a key that is stored. */
export const hashDeviceKey = (key: string): Buffer => hash('sha256', key, 'buffer');
