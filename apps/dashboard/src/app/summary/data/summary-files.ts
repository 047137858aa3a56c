import {
  type DaySummary,
  SUMMARY_MANIFEST_KEY,
  summaryDriversSchema,
  type SummaryManifest,
  summaryManifestSchema,
} from '@drivewatch/contracts';
import { DOCUMENT, inject, InjectionToken, Service } from '@angular/core';
import { createFleetTimeFormat, type FleetTimeFormat } from '../../time/fleet-time-format';
import { checkDaySummary } from './day-file';
import { createDirectory, type DriverDirectory } from './day-totals';
import { parseJson } from './gzip-json';

/** The address of the public bucket, ending in a slash; the API writes it into the page. */
export const CDN_BASE = new InjectionToken<string>('CDN_BASE', {
  factory: () =>
    inject(DOCUMENT).querySelector<HTMLMetaElement>('meta[name="drivewatch-cdn"]')?.content ?? '/cdn/',
});

/** The results of one run, and the drivers in them. */
export interface SummaryCatalogue {
  readonly manifest: SummaryManifest;
  /** Formats times in the fleet's zone. */
  readonly timeFormat: FleetTimeFormat;
  readonly directory: DriverDirectory;
  /** The days with records, ascending, `YYYY-MM-DD`. */
  readonly days: readonly string[];
  /** When the run was computed, epoch milliseconds; `null` if the CDN does not tell. */
  readonly computedAtMs: number | null;
}

/** A file of the summaries could not be loaded; the message tells a person why. */
export class SummaryFileError extends Error {
  override readonly name = 'SummaryFileError';
}

/** S3 answers 403 for a missing object if the client may not list the bucket. */
const NOT_THERE = [403, 404];

/** Loads what the summaries job has published, from the CDN alone. */
@Service()
export class SummaryFiles {
  private readonly base = new URL(inject(CDN_BASE), inject(DOCUMENT).baseURI);

  /** Returns the address of a file. @param key relative to the bucket */
  url(key: string): string {
    return new URL(key, this.base).href;
  }

  /** Loads the newest run; `null` when there has been none. @throws SummaryFileError */
  async catalogue(signal: AbortSignal): Promise<SummaryCatalogue | null> {
    // This asks the CDN whether the manifest has changed even while a copy is still fresh: a reload should show the
    // newest.
    const response = await this.fetch(SUMMARY_MANIFEST_KEY, { signal, cache: 'no-cache' });
    if (NOT_THERE.includes(response.status)) return null;
    const { manifest, timeFormat } = await this.read(response, (json) => {
      const manifest = summaryManifestSchema.parse(json);
      return { manifest, timeFormat: createFleetTimeFormat(manifest.timeZone) };
    });
    const days = Object.keys(manifest.files.days).sort();
    if (days.length === 0) return null;
    const drivers = await this.load(manifest.files.drivers, signal, (json) =>
      summaryDriversSchema.parse(json),
    );
    const computedAtMs = Date.parse(response.headers.get('Last-Modified') ?? '');
    return {
      manifest,
      timeFormat,
      days,
      directory: createDirectory(drivers),
      computedAtMs: Number.isNaN(computedAtMs) ? null : computedAtMs,
    };
  }

  /** @throws SummaryFileError */
  async day({ files }: SummaryManifest, day: string, signal: AbortSignal): Promise<DaySummary> {
    return await this.load(files.days[day] ?? '', signal, (json) => checkDaySummary(json, day));
  }

  /**
   * Loads a file as it is, since it may be too large to be held as a text.
   *
   * @param url an address in this bucket
   * @throws SummaryFileError
   */
  async content(url: string, signal: AbortSignal): Promise<Blob> {
    return await this.body(await this.fetch(url, { signal }), (response) => response.blob());
  }

  private async load<T>(key: string, signal: AbortSignal, check: (json: unknown) => T): Promise<T> {
    return await this.read(await this.fetch(key, { signal }), check);
  }

  private async fetch(key: string, options: RequestInit): Promise<Response> {
    const url = this.url(key);
    try {
      return await fetch(url, options);
    } catch (cause) {
      throw aborted(cause) ?? new SummaryFileError(`${new URL(url).host} cannot be reached.`, { cause });
    }
  }

  private async read<T>(response: Response, check: (json: unknown) => T): Promise<T> {
    const bytes = new Uint8Array(await this.body(response, () => response.arrayBuffer()));
    try {
      return check(await parseJson(bytes));
    } catch (cause) {
      throw new SummaryFileError(`${response.url} is not what the summaries job publishes.`, { cause });
    }
  }

  private async body<T>(response: Response, readAll: (response: Response) => Promise<T>): Promise<T> {
    const { ok, status, url } = response;
    if (!ok) throw new SummaryFileError(`${url} was answered with ${status}.`);
    try {
      return await readAll(response);
    } catch (cause) {
      throw aborted(cause) ?? new SummaryFileError(`${url} could not be read to its end.`, { cause });
    }
  }
}

/** Returns the error if it only says that nobody waits any more. */
const aborted = (error: unknown): DOMException | undefined =>
  error instanceof DOMException && error.name === 'AbortError' ? error : undefined;
