import type { z } from 'zod';

/** Says which variables are wrong and why, never their values: a wrong one may be a password. */
export class InvalidEnvironmentError extends Error {
  override readonly name = 'InvalidEnvironmentError';
}

/**
 * Reads a program's environment once, at its start.
 *
 * @param env only tests pass anything but the process's own
 * @throws InvalidEnvironmentError listing every invalid variable at once; the program ends with exit code 1
 */
export function parseEnv<S extends z.ZodType>(
  schema: S,
  env: NodeJS.ProcessEnv = process.env,
): Readonly<z.output<S>> {
  // Compose files and shells hand over "unset" as an empty string.
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = schema.safeParse(set);
  if (parsed.success) return Object.freeze(parsed.data);
  const lines = parsed.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
  throw new InvalidEnvironmentError(
    `Invalid environment (every variable is explained in .env.example):\n${lines.join('\n')}`,
  );
}
