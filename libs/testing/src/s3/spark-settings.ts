import { join } from 'node:path';
import { parseEnv } from '@drivewatch/config';
import * as z from 'zod';
import { ensureTestEnvironment } from './test-environment';

/**
 * Returns settings that make the summaries job run on the Spark shared by all tests instead of an environment of its
 * own.
 */
export async function testSparkSettings(): Promise<Record<string, string>> {
  const { bin, python } = await ensureTestEnvironment();
  const { PATH, JAVA_HOME } = parseEnv(z.object({ PATH: z.string(), JAVA_HOME: z.string().optional() }));
  return {
    PATH,
    ...(JAVA_HOME !== undefined && { JAVA_HOME }),
    SPARK_SUBMIT: join(bin, 'spark-submit'),
    PYSPARK_PYTHON: python,
  };
}
