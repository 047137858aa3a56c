import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parseEnv } from '@drivewatch/config';
import * as z from 'zod';
import { isAtLeast, versionIn } from './version';

const run = promisify(execFile);

const MIN_JAVA = [17] as const;
const HOW_TO_INSTALL =
  'install Java 17 or later (Debian, Ubuntu: sudo apt-get install openjdk-17-jre-headless), or set JAVA_HOME';

/** Every program that runs on Java looks here for it first. */
const environmentSchema = z.object({ JAVA_HOME: z.string().optional() });

/** An installed Java that Spark 4 runs on. */
export interface Java {
  readonly command: string;
  /** Major version, such as 17. */
  readonly version: number;
}

/**
 * Finds the Java that Spark will use: that of JAVA_HOME, or else the first on the PATH.
 *
 * @param env the process's own, except in tests
 * @throws Error, one line that says what was found and what to install
 */
export async function requireJava(env?: NodeJS.ProcessEnv): Promise<Java> {
  const { JAVA_HOME } = parseEnv(environmentSchema, env);
  const command = JAVA_HOME === undefined ? 'java' : join(JAVA_HOME, 'bin', 'java');
  const where = JAVA_HOME === undefined ? 'on the PATH' : `in JAVA_HOME (${JAVA_HOME})`;
  let text: string;
  try {
    // `java -version` writes to the error output.
    text = (await run(command, ['-version'])).stderr;
  } catch (cause) {
    throw new Error(`Java 17 or later is needed, but none is found ${where}: ${HOW_TO_INSTALL}`, { cause });
  }
  // JAVA_TOOL_OPTIONS makes Java begin with another line.
  const version = versionIn(text.split('\n').find((line) => line.includes(' version ')) ?? '');
  if (!isAtLeast(version, MIN_JAVA)) {
    throw new Error(
      `Java 17 or later is needed, but that ${where} is ${version.join('.')}: ${HOW_TO_INSTALL}`,
    );
  }
  return { command, version: version[0] ?? 0 };
}
