import { join } from 'node:path';
import { parseEnv } from '@drivewatch/config';
import * as z from 'zod';
import { ensureTestEnvironment } from './test-environment';

/** Returns settings by which the summaries job runs on the Spark that all tests share instead of one of its own. */
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
