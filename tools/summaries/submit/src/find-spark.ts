import { glob, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Spark } from './spark-options';

/**
 * The folders of an installation's jars, beside `bin`: of a downloaded Spark, and of PySpark in a Python environment.
 */
const JAR_FOLDERS = ['jars', 'lib/python3*/site-packages/pyspark/jars'];

/**
 * Describes an installed Spark by what its files show.
 *
 * @param submit path or name of its `spark-submit`
 * @param python the Python that belongs to it alone; null if it finds one by itself
 */
export async function describeSpark(submit: string, python: string | null): Promise<Spark> {
  // A wrong name or path is left for the start to report.
  const program = await realpath(submit).catch(() => null);
  const jar = program === null ? null : await findJar(dirname(dirname(program)), 'hadoop-client-api-*.jar');
  if (jar === null) return { submit, python, home: null, hadoopVersion: null, readsS3: true };
  const home = dirname(dirname(jar));
  return {
    submit,
    python,
    home,
    hadoopVersion: /api-(\d+(?:\.\d+)*)[^/]*$/.exec(jar)?.[1] ?? null,
    readsS3: (await findJar(home, 'hadoop-aws-*.jar')) !== null,
  };
}

async function findJar(folder: string, name: string): Promise<string | null> {
  const patterns = JAR_FOLDERS.map((jars) => join(jars, name));
  for await (const file of glob(patterns, { cwd: folder })) return join(folder, file);
  return null;
}
