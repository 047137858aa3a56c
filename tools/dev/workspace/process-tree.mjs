/**
 * Sends signals to a process and everything that it started: nx gives each task a session of its own and passes none
 * on.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** @param {number} pid @param {NodeJS.Signals} signal */
export function signalTree(pid, signal) {
  const parents = readParents();
  const tree = [pid];
  // The list grows during the loop: children of children follow.
  for (const parent of tree) {
    for (const [child, itsParent] of parents) if (itsParent === parent) tree.push(child);
  }
  for (const member of tree) {
    try {
      process.kill(member, signal);
    } catch {
      // The process has just ended by itself.
    }
  }
}

/** @returns {[number, number][]} every process with its parent */
function readParents() {
  if (process.platform === 'linux') {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map((name) => [Number(name), parentOnLinux(name)]);
  }
  const { stdout } = spawnSync('ps', ['-axo', 'pid=,ppid='], { encoding: 'utf8' });
  return stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
}

/**
 * Returns the parent from the fields after the program's name, which is in brackets and may contain spaces: state,
 * parent, …
 */
function parentOnLinux(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return 0;
  }
}
