import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createDeviceKey } from '@drivewatch/credentials';
import { type Stack, startStack } from '@drivewatch/testing';
import { tryTool } from './run-tool';
import { ensurePythonTools, INSTALL_LIMIT_MS } from './tools';

const CONFIG = resolve('tools/checks/clients/schemathesis.toml');
const DOCUMENT = resolve('docs/openapi.json');
const HOOKS = { SCHEMATHESIS_HOOKS: resolve('tools/checks/clients/schemathesis_hooks.py') };
/** Otherwise the report is full of moving pictures, where colours are asked for. */
const PLAIN = { NO_COLOR: '1', FORCE_COLOR: '' };

/** Runs Schemathesis, and returns its report if it finds anything wrong, or fails itself. */
async function findings(url: string, ...further: string[]): Promise<string> {
  const { bin } = await ensurePythonTools();
  const args = ['--config-file', CONFIG, 'run', DOCUMENT, '--url', url, '--warnings', 'off', ...further];
  // It keeps what it has found where it runs.
  const cwd = await mkdtemp(join(tmpdir(), 'drivewatch-schemathesis-'));
  const env = { ...PLAIN, ...HOOKS };
  const { isOk, stdout, stderr } = await tryTool(join(bin, 'st'), args, { cwd, env });
  await rm(cwd, { recursive: true });
  expect(stdout).toMatch(/[1-9]\d* generated/);
  return isOk ? '' : stdout.slice(stdout.search(/^=+ [A-Z]/m)) + stderr;
}

describe('the running server, as Schemathesis sees it', () => {
  let stack: Stack;
  beforeAll(async () => {
    await ensurePythonTools();
    stack = await startStack();
  }, INSTALL_LIMIT_MS);
  afterAll(() => stack.stop());

  it('answers as its document says while nobody has to sign in', async () => {
    // Nobody can sign in or out then, and the address says so in "Allow", which Schemathesis takes for a mistake.
    expect(await findings(stack.url, '--exclude-path', '/api/session')).toBe('');
  });

  describe('with keys and sign-in', () => {
    const { key } = createDeviceKey();
    let asking: Stack;
    beforeAll(async () => {
      asking = await startStack({ access: { fleetKey: key } });
    });
    afterAll(() => asking.stop());

    it('answers as its document says', async () => {
      expect(await findings(asking.url, '--header', `X-API-Key:${key}`)).toBe('');
    });
  });
});
