import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

const KIB = 1024;
/** Makes the kernel restart the peak (proc(5), `clear_refs`). */
const RESET_PEAK = '5';

/** The memory of a process of this machine, as the kernel counts it. */
export class ProcessMemory {
  /** What the process held at the start, bytes; if its peak cannot be restarted, the peak until then. */
  readonly startBytes: number;

  /** @param pid the process whose peak is restarted */
  constructor(private readonly pid: number) {
    this.startBytes = this.resetPeak() ? this.nowBytes : this.peakBytes;
  }

  /** @throws Error when the process has ended */
  get nowBytes(): number {
    return this.read('VmRSS');
  }

  /** The most that it has held since the start. @throws Error when the process has ended */
  get peakBytes(): number {
    return this.read('VmHWM');
  }

  /** The bytes by which the peak exceeds the start. @throws Error when the process has ended */
  get riseBytes(): number {
    return this.peakBytes - this.startBytes;
  }

  /** @returns whether the kernel allows that */
  private resetPeak(): boolean {
    try {
      writeFileSync(`/proc/${this.pid}/clear_refs`, RESET_PEAK);
      return true;
    } catch {
      return false;
    }
  }

  private read(field: string): number {
    const status = readFileSync(`/proc/${this.pid}/status`, 'utf8');
    const [, kib] = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status) ?? [];
    if (kib === undefined) throw new Error(`Process ${this.pid} has ended: it has no ${field}`);
    return Number(kib) * KIB;
  }
}

/** Returns how many files, connections included, a process has open. */
export const openDescriptors = (pid: number): number => readdirSync(`/proc/${pid}/fd`).length;
