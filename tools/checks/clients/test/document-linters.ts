import { join } from 'node:path';
import { runTool, tryTool } from './run-tool';
import { ensureNodeTools } from './tools';

const PROJECT = 'tools/checks/clients';
/** The numbers of Spectral's severities; hints and information have higher ones. */
const WARNING = 1;
/** Redocly otherwise asks its makers for news. */
const QUIET = { REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' };

interface Finding {
  readonly code: string;
  readonly severity: number;
  readonly message: string;
  readonly path: readonly (string | number)[];
}

const complaintsOf = (findings: readonly Finding[]): string[] =>
  findings
    .filter(({ severity }) => severity <= WARNING)
    .map(({ code, path, message }) => `${code} at ${path.join('.')}: ${message}`);

/** Returns the errors and warnings of Redocly about an OpenAPI document. */
export async function redocly(document: string): Promise<string[]> {
  const program = join(await ensureNodeTools(), '@redocly/cli/bin/cli.js');
  const args = ['lint', document, '--config', `${PROJECT}/redocly.yaml`, '--format', 'json'];
  const { stdout, stderr } = await tryTool(process.execPath, [program, ...args], { env: QUIET });
  // Other lines may stand before the report.
  const [report] = /^\{[^]*^\}/m.exec(stdout) ?? [];
  if (report === undefined) throw new Error(`Redocly reports nothing: ${stdout}${stderr}`);
  const { problems } = JSON.parse(report) as { problems: { ruleId: string; message: string }[] };
  return problems.map(({ ruleId, message }) => `${ruleId}: ${message}`);
}

/** Returns the errors and warnings of Spectral about a document. */
export async function spectral(document: string, kind: 'openapi' | 'asyncapi'): Promise<string[]> {
  const program = join(await ensureNodeTools(), '@stoplight/spectral-cli/dist/index.js');
  const args = [
    'lint',
    document,
    '--ruleset',
    `${PROJECT}/spectral-${kind}.yaml`,
    '--format',
    'json',
    '--quiet',
  ];
  const { stdout, stderr } = await tryTool(process.execPath, [program, ...args]);
  if (!stdout.startsWith('[')) throw new Error(`Spectral reports nothing: ${stdout}${stderr}`);
  return complaintsOf(JSON.parse(stdout) as Finding[]);
}

/** Returns the errors and warnings of AsyncAPI's parser about a document. */
export async function asyncApiParser(document: string): Promise<string[]> {
  const script = `${PROJECT}/parse-asyncapi.mjs`;
  const stdout = await runTool(process.execPath, [script, await ensureNodeTools(), document]);
  return complaintsOf(JSON.parse(stdout) as Finding[]);
}
