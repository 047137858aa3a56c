/** Parses and judges the output of `npm audit --json`. */

/**
 * @typedef {{ id: string, title: string, severity: string, name: string, versions: string[], isDev: boolean }} Advisory
 * @typedef {{ id: string, reason: string, until: string }} AcceptedAdvisory
 */

/** Severities that fail the audit; npm has others, too. */
const FAILING = ['high', 'critical'];
const SEVERITIES = ['info', 'low', 'moderate', ...FAILING];

/**
 * @param {string} stdout the output of `npm audit --json`
 * @returns {{ report: object } | { whyNot: string }} the report, or in a few words why there is none
 */
export function parseAnswer(stdout) {
  let answer;
  try {
    answer = JSON.parse(stdout);
  } catch {
    return { whyNot: 'npm gave no report' };
  }
  const { auditReportVersion, statusCode, message = '', metadata } = answer;
  if (auditReportVersion === 2) {
    // Offline, npm checks no packages, finds nothing, and calls that a success.
    const checked = metadata?.dependencies?.total ?? 0;
    return checked > 0 ? { report: answer } : { whyNot: 'npm looked at no packages' };
  }
  if (statusCode !== undefined) return { whyNot: `the registry answered ${statusCode}` };
  // The rest of the message names the registry.
  const [reason] = /\bE[A-Z_]{3,}\b/.exec(message) ?? [];
  return { whyNot: reason ?? 'npm gave no report' };
}

/**
 * @param {object} report of `npm audit --json`, version 2
 * @param {Record<string, { version?: string, dev?: boolean }>} packages of package-lock.json, by their paths
 * @returns {Advisory[]} one for each advisory, the most serious first; packages affected only because they depend on
 * another one are left out
 */
export function readAdvisories(report, packages) {
  const advisories = new Map();
  for (const { via, nodes } of Object.values(report.vulnerabilities)) {
    for (const found of via.filter((one) => typeof one === 'object')) {
      const { name, title, url, severity } = found;
      const held = nodes.map((path) => packages[path] ?? {});
      advisories.set(`${url} ${name}`, {
        id: url.slice(url.lastIndexOf('/') + 1),
        title,
        severity,
        name,
        versions: [...new Set(held.map(({ version }) => version ?? '?'))].sort(),
        isDev: held.every(({ dev }) => dev === true),
      });
    }
  }
  const gravity = ({ severity }) => SEVERITIES.indexOf(severity);
  return [...advisories.values()].sort(
    (one, other) => gravity(other) - gravity(one) || (one.name < other.name ? -1 : 1),
  );
}

/**
 * @param {readonly Advisory[]} advisories
 * @param {readonly AcceptedAdvisory[]} accepted
 * @param {string} today `YYYY-MM-DD`
 * @returns {{ ok: boolean, lines: string[] }} whether nothing fails, and a line for each advisory and for each
 * acceptance that has expired or is not needed
 */
export function judge(advisories, accepted, today) {
  const lines = [];
  let ok = true;
  for (const advisory of advisories) {
    const acceptance = accepted.find(({ id }) => id === advisory.id);
    const [mark, remark] = judgeOne(advisory, acceptance, today);
    if (mark === '✗') ok = false;
    lines.push(`${mark} ${describe(advisory)}${remark}`);
  }
  for (const { id } of accepted)
    if (!advisories.some((advisory) => advisory.id === id))
      lines.push(`– ${id} is accepted and concerns nothing any more: take it off the list`);
  return { ok, lines };
}

/** @returns {[mark: '✗' | '–', remark: string]} */
function judgeOne({ severity, isDev }, acceptance, today) {
  if (!FAILING.includes(severity)) return ['–', ''];
  if (isDev) return ['–', '; only tests and tools use it'];
  if (acceptance === undefined) return ['✗', ''];
  return acceptance.until >= today
    ? ['–', `; accepted until ${acceptance.until}: ${acceptance.reason}`]
    : ['✗', `; was accepted until ${acceptance.until}: ${acceptance.reason}`];
}

const describe = ({ id, severity, name, versions, title }) =>
  `${severity} ${name} ${versions.join(', ')}: ${title} (${id})`;
