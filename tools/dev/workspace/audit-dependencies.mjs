/**
 * `npm run audit:dependencies`: looks the packages of package-lock.json up in the advisory database of the registry
 * that npm is configured with. Serious advisories about packages that run in production make it fail, all others are
 * listed.
 */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ACCEPTED_ADVISORIES } from './accepted-advisories.mjs';
import { judge, parseAnswer, readAdvisories } from './audit-report.mjs';
import { npmEnv } from './install.mjs';
import { workspaceRoot } from './paths.mjs';
import { runScript, ScriptError } from './script.mjs';

const USAGE = `Usage: npm run audit:dependencies [-- --must-ask]

  --must-ask   a database that cannot be asked is a failure as well, for a run whose only purpose this is`;

/** Only a registry that hangs takes this long. */
const LIMIT_MS = 5 * 60_000;
const MAX_REPORT_BYTES = 100_000_000;

await runScript(async () => {
  const [option, ...others] = process.argv.slice(2);
  if (others.length > 0 || (option !== undefined && option !== '--must-ask')) throw new ScriptError(USAGE);
  const answer = parseAnswer(await askNpm());
  if ('whyNot' in answer) {
    console.log(`The advisory database could not be asked (${answer.whyNot}): nothing was checked`);
    return option === undefined ? 0 : 1;
  }
  const { packages } = JSON.parse(await readFile(join(workspaceRoot, 'package-lock.json'), 'utf8'));
  const advisories = readAdvisories(answer.report, packages);
  const { ok, lines } = judge(advisories, ACCEPTED_ADVISORIES, new Date().toISOString().slice(0, 10));
  for (const line of lines) console.log(line);
  const { total } = answer.report.metadata.dependencies;
  console.log(
    `${total} packages checked: ${advisories.length} advisories${ok ? '' : ', ✗ to be dealt with'}`,
  );
  return ok ? 0 : 1;
});

/** @returns {Promise<string>} what npm wrote; its exit code says only whether there are advisories */
function askNpm() {
  // Without this, a user whose npm is set to work offline would be told that there are no advisories.
  const args = ['audit', '--json', '--package-lock-only', '--offline=false', '--fetch-retries=1'];
  const options = {
    cwd: workspaceRoot,
    env: npmEnv(),
    timeout: LIMIT_MS,
    maxBuffer: MAX_REPORT_BYTES,
  };
  return new Promise((resolve) => {
    execFile('npm', args, options, (_error, stdout) => resolve(stdout));
  });
}
