import { spawn, type ChildProcess } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { signalProcess } from './running-process';

/** One entry of the `stdio` of `spawn`; a number is a file descriptor. */
type Output = 'ignore' | 'inherit' | 'pipe' | number;

/** The user that a process runs as, in the form that `spawn` takes. */
export interface ProcessUser {
  readonly uid: number;
  readonly gid: number;
}

export interface GuardedCommand {
  /** The path of the program, or its name when `env` says where to look for it. */
  readonly command: string;
  readonly args: readonly string[];
  /** The working folder, which the process's user must be able to enter. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Undefined means this process's own user. */
  readonly user?: ProcessUser | undefined;
  /** The targets of its output and its error output; it has no input. */
  readonly output: readonly [Output, Output];
  /** The signal that asks the process to end in order. */
  readonly stopSignal: 'SIGINT' | 'SIGTERM';
  /** How long `stop()` waits for that before it forces the end. */
  readonly stopLimitMs: number;
  /**
   * Makes signals go to everything that the process has started as well, and ends with it whatever it leaves behind.
   */
  readonly withDescendants?: boolean;
}

/** The way a process ended: by itself with a code, or by a signal. */
export interface ExitStatus {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A child process that a terminal's Ctrl-C does not reach, and that does not outlive this process. */
export interface GuardedProcess {
  readonly pid: number;
  readonly stdout: Readable | null;
  readonly stderr: Readable | null;
  /** Fulfilled when the process has ended, for whatever reason; never rejects. */
  readonly exited: Promise<ExitStatus>;
  readonly hasExited: () => boolean;
  /** Ends it in order, forces it after the limit, and waits until it is gone. */
  readonly stop: () => Promise<void>;
  readonly kill: (signal: NodeJS.Signals) => void;
}

/**
 * Becomes the program once a line arrives. If this process ends before there is a guard, no line arrives, and nothing
 * has been started.
 */
const GATE = 'read -r _ && exec "$@" < /dev/null';

/**
 * Starts a process in a group of its own, so that a Ctrl-C reaches only this process, which then stops the other in its
 * turn. A guard stops it when this process ends without having done so, even by SIGKILL.
 *
 * @throws Error when there is no such program
 */
export async function spawnGuarded(command: GuardedCommand): Promise<GuardedProcess> {
  if (command.command.includes('/')) await access(command.command, constants.X_OK);
  const child = spawn('/bin/sh', ['-c', GATE, 'drivewatch-gate', command.command, ...command.args], {
    cwd: command.cwd,
    detached: true,
    stdio: ['pipe', ...command.output],
    env: command.env,
    ...command.user,
  });
  await new Promise<void>((resolve, reject) => child.once('spawn', resolve).once('error', reject));
  const pid = child.pid;
  if (pid === undefined) throw new Error(`${command.command} has no process id`);

  const target = command.withDescendants ? -pid : pid;
  const guard = spawnGuard(target, command);
  // A process that is gone already needs no gate.
  child.stdin?.on('error', () => undefined).end('\n');
  const hasExited = () => child.exitCode !== null || child.signalCode !== null;
  const exited = new Promise<ExitStatus>((resolve) => {
    child.once('exit', (code, signal) => {
      guard.kill('SIGKILL');
      if (command.withDescendants) signalProcess(target, 'SIGKILL');
      resolve({ code, signal });
    });
  });

  return {
    pid,
    stdout: child.stdout,
    stderr: child.stderr,
    exited,
    hasExited,
    kill: (signal) => {
      if (!hasExited()) signalProcess(target, signal);
    },
    stop: async () => {
      if (hasExited()) return;
      signalProcess(target, command.stopSignal);
      const limit = new AbortController();
      await Promise.race([exited, sleep(command.stopLimitMs, undefined, { signal: limit.signal })]);
      if (!hasExited()) signalProcess(target, 'SIGKILL');
      await exited;
      limit.abort();
    },
  };
}

/**
 * Starts a shell that waits for the end of its standard input, which comes when this process is gone, and then stops
 * the guarded process.
 *
 * @param target that process's id, negative for its whole group
 */
function spawnGuard(target: number, { stopSignal, user }: GuardedCommand): ChildProcess {
  const script = `read -r _; kill -s ${stopSignal.slice(3)} -- "$1"`;
  const guard = spawn('/bin/sh', ['-c', script, 'drivewatch-guard', String(target)], {
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    env: {},
    ...user,
  });
  guard.unref();
  if (guard.stdin instanceof Socket) guard.stdin.unref();
  return guard;
}
