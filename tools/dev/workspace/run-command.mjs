/** Child processes of the workspace's scripts: quiet ones for a step, one in the foreground for a program. */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { createInterface } from 'node:readline';
import { clearInterval, clearTimeout, setInterval, setTimeout } from 'node:timers';
import { workspaceRoot } from './paths.mjs';
import { signalTree } from './process-tree.mjs';

const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const PARENT_CHECK_MS = 1000;
/** No command that runs quietly takes this long, unless it hangs. */
const QUIET_LIMIT_MS = 10 * 60_000;
const exitCodeOf = (code, signal) => (code === null ? 128 + constants.signals[signal] : code);

/**
 * Runs a command and keeps its output to itself. A signal to the script ends the command with everything that it
 * started, and then the script. A command that takes too long is killed and counts as failed.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @param {number} limitMs
 * @param {(line: string) => void} [onLine] receives every line as it comes
 * @returns {Promise<{ ok: boolean, output: string }>}
 */
export function runQuietly(command, args, env, limitMs = QUIET_LIMIT_MS, onLine = undefined) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: workspaceRoot, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8');
      stream.on('data', (text) => {
        output += text;
      });
      if (onLine) createInterface({ input: stream, crlfDelay: Infinity }).on('line', onLine);
    }
    let received = null;
    const stopListening = onStopSignal((signal) => {
      received = received || signal;
      signalTree(child.pid, signal);
    });
    const limit = setTimeout(() => {
      output += `\nStopped, because it took longer than ${limitMs / 1000} s\n`;
      signalTree(child.pid, 'SIGKILL');
    }, limitMs);
    child.once('error', reject);
    child.once('close', (code) => {
      stopListening();
      clearTimeout(limit);
      if (received) process.exit(128 + constants.signals[received]);
      resolve({ ok: code === 0, output });
    });
  });
}

/**
 * Runs a program in the script's place, with its terminal, its signals and its exit code. When the script's own parent
 * is killed, or the script itself, the program learns it from a signal or from the end of its channel.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env: NodeJS.ProcessEnv }} options
 * @returns {Promise<number>} exit code
 */
export function runInForeground(command, args, { cwd = workspaceRoot, env }) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, stdio: ['inherit', 'inherit', 'inherit', 'ipc'] });
    const stopListening = onStopSignal((signal) => child.kill(signal));
    const parent = process.ppid;
    const parentCheck = setInterval(() => {
      // npm may be killed without passing a signal on; a script started by hand may outlive its shell.
      if (process.env.npm_lifecycle_event && process.ppid !== parent) child.kill('SIGTERM');
    }, PARENT_CHECK_MS);
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      stopListening();
      clearInterval(parentCheck);
      resolve(exitCodeOf(code, signal));
    });
  });
}

function onStopSignal(listener) {
  for (const signal of STOP_SIGNALS) process.on(signal, listener);
  return () => {
    for (const signal of STOP_SIGNALS) process.removeListener(signal, listener);
  };
}
