import { glob, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Spark } from './spark-options';

/** Where an installation has its jars, beside `bin`: Spark as downloaded, and PySpark in a Python environment. */
const JAR_FOLDERS = ['jars', 'lib/python3*/site-packages/pyspark/jars'];

/**
 * What can be seen of an installed Spark from outside.
 *
 * @param submit path or name of its `spark-submit`
 * @param python that belongs to it alone; null: it finds one by itself
 */
export async function describeSpark(submit: string, python: string | null): Promise<Spark> {
  // A name on the PATH, or a path to nothing, is left for the start to find out.
  const program = await realpath(submit).catch(() => null);
  const jar = program === null ? null : await findJar(dirname(dirname(program)), 'hadoop-client-api-*.jar');
  if (jar === null) return { submit, python, home: null, hadoopVersion: null, readsS3: true };
  const home = dirname(dirname(jar));
  return {
    ...{ submit, python, home },
    hadoopVersion: /api-(\d+(?:\.\d+)*)[^/]*$/.exec(jar)?.[1] ?? null,
    readsS3: (await findJar(home, 'hadoop-aws-*.jar')) !== null,
  };
}

async function findJar(folder: string, name: string): Promise<string | null> {
  const patterns = JAR_FOLDERS.map((jars) => join(jars, name));
  for await (const file of glob(patterns, { cwd: folder })) return join(folder, file);
  return null;
}
