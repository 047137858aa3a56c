import type * as z from 'zod';

/** Says which variables are wrong and why, never their values: a wrong one may be a password. */
export class InvalidEnvironmentError extends Error {
  override readonly name = 'InvalidEnvironmentError';
}

/**
 * Reads a program's environment once, at its start.
 *
 * @param env the process's own, except in tests
 * @throws InvalidEnvironmentError listing every invalid variable at once; the program ends with exit code 1
 */
export function parseEnv<S extends z.ZodType>(
  schema: S,
  env: NodeJS.ProcessEnv = process.env,
): Readonly<z.output<S>> {
  // Compose files and shells pass unset variables on as empty strings.
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = schema.safeParse(set);
  if (parsed.success) return Object.freeze(parsed.data);
  const problems = new Map(parsed.error.issues.map(({ path, message }) => [String(path[0]), message]));
  // Rules about several variables run only when each is valid by itself, so the invalid ones are left out to reach
  // them.
  const right = Object.fromEntries(Object.entries(set).filter(([name]) => !problems.has(name)));
  for (const { path, message } of schema.safeParse(right).error?.issues ?? [])
    if (!problems.has(String(path[0]))) problems.set(String(path[0]), message);
  const lines = [...problems].map(([name, problem]) => `  ${name}: ${problem}`);
  throw new InvalidEnvironmentError(
    `Invalid environment (every variable is explained in .env.example):\n${lines.join('\n')}`,
  );
}
