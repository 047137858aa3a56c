import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ensureProgram } from '@drivewatch/local-services';

const run = promisify(execFile);

/**
 * The load generator is written in C, so that it leaves the second core of a small machine to the servers. One written
 * in JavaScript would itself be the bottleneck of the bare server and make every ratio look better than it is.
 */
const WRK = {
  title: 'wrk',
  names: ['wrk'],
  debianPackage: 'wrk',
  howToInstall: 'install wrk (Debian: sudo apt-get install wrk; macOS: brew install wrk)',
};

export interface LoadResult {
  requestsPerSecond: number;
  p50Ms: number;
  p95Ms: number;
  p99Ms: number;
  requests: number;
  failed: number;
}

/** Returns a script that prints one line of JSON instead of wrk's own report, which is meant for people. */
const script = (body: string): string => `
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = ${JSON.stringify(body)}
done = function(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '\\nRESULT {"requests":%d,"microseconds":%d,"p50":%d,"p95":%d,"p99":%d,"failed":%d}\\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(95), latency:percentile(99),
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
`;

/** Posts bodies over kept-alive connections, as fast as they are answered. */
export class Load {
  private constructor(
    private readonly program: string,
    private readonly scriptFile: string,
  ) {}

  static async prepare(folder: string, body: string): Promise<Load> {
    const scriptFile = join(folder, 'post.lua');
    await writeFile(scriptFile, script(body));
    return new Load(await ensureProgram(WRK, console.error), scriptFile);
  }

  async run(url: string, connections: number, seconds: number): Promise<LoadResult> {
    const args = ['-t1', `-c${connections}`, `-d${seconds}s`, '-s', this.scriptFile, `${url}/addData`];
    const { stdout } = await run(this.program, args);
    const line = /^RESULT (.*)$/m.exec(stdout)?.[1];
    if (line === undefined) throw new Error(`wrk said:\n${stdout}`);
    const raw = JSON.parse(line) as Record<
      'requests' | 'microseconds' | 'p50' | 'p95' | 'p99' | 'failed',
      number
    >;
    return {
      requestsPerSecond: raw.requests / (raw.microseconds / 1e6),
      p50Ms: raw.p50 / 1000,
      p95Ms: raw.p95 / 1000,
      p99Ms: raw.p99 / 1000,
      requests: raw.requests,
      failed: raw.failed,
    };
  }
}
