import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SUMMARY_MANIFEST_KEY, type SummaryManifest } from '@drivewatch/contracts';
import { runProgram, testSparkSettings } from '@drivewatch/testing';
import { parse } from 'csv-parse/sync';
import { pathOfCase } from './case-files';

const CLI = 'dist/tools/cli/main.mjs';
const SPARK_SUBMIT = 'dist/tools/spark-submit/main.mjs';
/** Reached only by a job that hangs, however busy the machine is. */
export const SPARK_LIMIT_MS = 900_000;

/** Buckets of their own, with the importer and the summaries job run as a user runs them. */
export class CaseSummaries {
  private constructor(
    private readonly folder: string,
    private readonly timeZone: string,
  ) {}

  /** @param timeZone IANA name of the fleet's zone */
  static async create(timeZone: string): Promise<CaseSummaries> {
    return new CaseSummaries(await mkdtemp(join(tmpdir(), 'drivewatch-cases-')), timeZone);
  }

  get publicFolder(): string {
    return join(this.folder, 'public-bucket');
  }

  private get recordsFolder(): string {
    return join(this.folder, 'records-bucket');
  }

  private get env(): Record<string, string> {
    return { DRIVEWATCH_DIR: this.folder, FLEET_TIME_ZONE: this.timeZone };
  }

  /** Imports a file of the cases. @returns exit code, output, and how many objects there are afterwards */
  async import(name: string): Promise<{ code: number; said: string; objects: number }> {
    const { code, said } = await new Promise<{ code: number; said: string }>((resolve) => {
      execFile(process.execPath, [CLI, 'import', pathOfCase(name)], { env: this.env }, (error, _, stderr) => {
        resolve({ code: error === null ? 0 : Number(error.code), said: stderr });
      });
    });
    const stored = await readdir(join(this.recordsFolder, 'records/import')).catch(() => []);
    return { code, said, objects: stored.length };
  }

  /** Puts a file of the cases into the bucket as some other program would. */
  async put(name: string): Promise<void> {
    await mkdir(join(this.recordsFolder, 'records/other'), { recursive: true });
    await copyFile(pathOfCase(name), join(this.recordsFolder, 'records/other', name));
  }

  /** Runs the summaries job. @throws Error with its output when it fails */
  async summarise(): Promise<SummaryManifest> {
    await runProgram(SPARK_SUBMIT, [], { ...this.env, ...(await testSparkSettings()) });
    return JSON.parse(await this.published(SUMMARY_MANIFEST_KEY)) as SummaryManifest;
  }

  published(key: string): Promise<string> {
    return readFile(join(this.publicFolder, key), 'utf8');
  }

  /** Returns what the job has rejected of a file that was put there. */
  rejected(name: string): Promise<string> {
    return readFile(join(this.recordsFolder, `rejected/records/other/${name}.jsonl`), 'utf8');
  }

  /** Returns the rows of hourly.csv, by the names in its header. */
  async hours({ files }: SummaryManifest): Promise<Record<string, string>[]> {
    return parse(await this.published(files.hourlyCsv), { columns: true });
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}
