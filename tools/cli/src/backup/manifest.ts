import { open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';

/** This number is raised when earlier versions can no longer read a backup. */
export const BACKUP_FORMAT = 1;

const MANIFEST = 'manifest.json';
const fileSchema = z.object({
  /** Path in the backup's folder, with slashes. */
  path: z.string().regex(/^(?!.*\.\.)[\w./-]+$/),
  bytes: z.int().nonnegative(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
const nameSchema = z.string().min(1).max(63);
const bucketSchema = z.object({
  /** Where the objects were. */
  url: z.string(),
  objects: z.int().nonnegative(),
  objectBytes: z.int().nonnegative(),
  /** The index has a line of JSON for each object: key, bytes, SHA-256. */
  index: fileSchema,
});
const manifestSchema = z.object({
  format: z.literal(BACKUP_FORMAT),
  id: z.uuid(),
  beganAt: z.iso.datetime(),
  endedAt: z.iso.datetime(),
  fleetTimeZone: z.string(),
  database: z.object({
    serverVersion: z.string(),
    databaseId: z.uuid().nullable(),
    migrations: z.array(z.string()),
    /** The tables are in an order in which they can be filled. */
    tables: z.array(
      z.object({
        name: nameSchema,
        columns: z.array(nameSchema),
        rows: z.int().nonnegative(),
        /** Lines of PostgreSQL's COPY, compressed. */
        file: fileSchema,
      }),
    ),
    sequences: z.array(
      z.object({ name: nameSchema, value: z.string().regex(/^-?\d+$/), isCalled: z.boolean() }),
    ),
    partitions: z.array(z.object({ table: nameSchema, name: nameSchema, from: z.string(), to: z.string() })),
  }),
  queue: z.object({ jobs: z.int().nonnegative(), file: fileSchema }),
  /** `null` if buckets were left out. */
  buckets: z.object({ private: bucketSchema, public: bucketSchema }).nullable(),
});

/** The contents of a backup; a folder without a manifest is no backup. */
export type Manifest = z.output<typeof manifestSchema>;
export type BackupFile = z.output<typeof fileSchema>;
export type BucketManifest = z.output<typeof bucketSchema>;

/** Writes the manifest; when this resolves, the backup is complete, even after a power failure. */
export async function writeManifest(dir: string, manifest: Manifest): Promise<void> {
  const file = join(dir, MANIFEST);
  const handle = await open(`${file}.part`, 'wx', 0o600);
  try {
    await handle.writeFile(`${JSON.stringify(manifestSchema.parse(manifest), null, 1)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(`${file}.part`, file);
  const folder = await open(dir, 'r');
  await folder.sync();
  await folder.close();
}

/** @throws Error in one line when the folder holds no backup, or one that this version does not know */
export async function readManifest(dir: string): Promise<Manifest> {
  const file = join(dir, MANIFEST);
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    const isMissing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    throw new Error(
      isMissing
        ? `${dir} is no backup: it has no ${MANIFEST}, which is written last`
        : `${file} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
  });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new Error(`${file} is damaged: it is not JSON`, { cause });
  }
  const { format } = z.object({ format: z.number() }).safeParse(json).data ?? {};
  if (format !== undefined && format > BACKUP_FORMAT)
    throw new Error(`${dir} was made by a newer version (format ${format}); restore it with that one`);
  const parsed = manifestSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Error(`${file} is damaged: ${issue?.path.join('.')}: ${issue?.message}`);
}
