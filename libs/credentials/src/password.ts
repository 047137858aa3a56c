import { type Algorithm, hash, verify } from '@node-rs/argon2';

const MIN_CHARACTERS = 12;
/** Longer passwords would only cost the server time to hash. */
const MAX_CHARACTERS = 1024;
const USER_NAME = /^[\p{L}\p{N}][\p{L}\p{N}._@-]{0,63}$/u;

/** OWASP's recommendation for Argon2id: 19 MiB, two passes, one lane. */
const ARGON2 = {
  // The package has a `const enum` for this, whose name does not exist at run time.
  algorithm: 2 satisfies Algorithm.Argon2id,
  memoryCost: 19_456,
  timeCost: 2,
  parallelism: 1,
};

/** @returns what is wrong with a new password, or `null` */
export function passwordProblem(password: string): string | null {
  const { length: characters } = Array.from(password);
  if (characters < MIN_CHARACTERS)
    return `The password has ${characters} characters; allowed: at least ${MIN_CHARACTERS}`;
  if (characters > MAX_CHARACTERS)
    return `The password has ${characters} characters; allowed: at most ${MAX_CHARACTERS}`;
  if (new Set(password).size < 5)
    return 'The password repeats a few characters; allowed: at least 5 different ones';
  return null;
}

/** @returns what is wrong with a new user's name, or `null` */
export const userNameProblem = (name: string): string | null =>
  USER_NAME.test(name)
    ? null
    : 'The name is not allowed; allowed: 1 to 64 letters, digits and . _ @ -, starting with a letter or digit';

/** Hashes a password with Argon2id and a new salt. */
export const hashPassword = (password: string): Promise<string> => hash(normalize(password), ARGON2);

/** Takes tens of milliseconds on another thread. @returns whether the hash is that of this password */
export const verifyPassword = (passwordHash: string, password: string): Promise<boolean> =>
  verify(passwordHash, normalize(password));

/** Composes characters, because two keyboards may write the same one in two ways. */
const normalize = (password: string): string => password.normalize('NFC');
