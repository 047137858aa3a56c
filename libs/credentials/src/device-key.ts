import { hash, randomBytes } from 'node:crypto';

const SECRET_BYTES = 32;
/** Tells a person, or a scanner of repositories, what such a text is. */
const PREFIX = 'dw_';

/** Every key there can be; what does not look so need not be looked up. */
export const DEVICE_KEY_PATTERN = /^dw_[\w-]{43}$/;

/**
 * A new key: `dw_` and 256 random bits in base64url.
 *
 * Its hash is plain SHA-256, fast and without a salt: unlike a password there is nothing in it to guess.
 */
export function createDeviceKey(): { key: string; hash: Buffer } {
  const key = PREFIX + randomBytes(SECRET_BYTES).toString('base64url');
  return { key, hash: hashDeviceKey(key) };
}

/** What is stored of a key. */
export const hashDeviceKey = (key: string): Buffer => hash('sha256', key, 'buffer');
