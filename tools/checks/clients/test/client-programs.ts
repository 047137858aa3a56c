import { spawnSync } from 'node:child_process';
import { cp, mkdir, rm, symlink } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
import { runTool } from './run-tool';
import { ensureMaven, ensureNodeTools, ensurePythonTools } from './tools';

const PROJECT = 'tools/checks/clients';
const DOCUMENT = resolve('docs/openapi.json');
const BUILT = resolve('dist/clients');
const TYPESCRIPT = resolve('node_modules/typescript/bin/tsc');

/** A program that uses a generated client. */
export interface ClientProgram {
  /** The generator, which is also the folder of the program. */
  readonly name: string;
  /** Makes what the program needs beside what {@link generateWithMaven} has made. */
  readonly build: (dir: string) => Promise<void>;
  /** Returns the command and the arguments that come before those of the program. */
  readonly command: (dir: string) => Promise<readonly [string, ...string[]]>;
}

/** Makes the clients of openapi-generator anew, and compiles the one in Java. */
export async function generateWithMaven(): Promise<void> {
  const maven = await ensureMaven();
  await rm(BUILT, { recursive: true, force: true });
  await runTool(maven, ['-B', '-q', '-f', `${PROJECT}/pom.xml`, `-Dclients.dir=${BUILT}`, 'compile']);
}

/** Returns whether there is a Go, which the project does not ask for otherwise. */
export const hasGo = (): boolean => spawnSync('go', ['version']).status === 0;

async function compileTypeScript(dir: string): Promise<void> {
  await runTool(process.execPath, [TYPESCRIPT, '-p', dir]);
}
const nodeCommand = (dir: string) =>
  Promise.resolve([process.execPath, join(dir, 'built/post-records.mjs')] as const);
const pythonCommand = async (dir: string) =>
  [(await ensurePythonTools()).python, join(dir, 'post_records.py')] as const;

export const CLIENT_PROGRAMS: readonly ClientProgram[] = [
  { name: 'python', build: () => Promise.resolve(), command: pythonCommand },
  {
    name: 'typescript-fetch',
    build: compileTypeScript,
    command: nodeCommand,
  },
  {
    name: 'java',
    build: () => Promise.resolve(),
    command: (dir) =>
      Promise.resolve([
        'java',
        '-cp',
        [join(dir, 'classes'), join(dir, 'jars/*')].join(delimiter),
        'PostRecords',
      ]),
  },
  {
    name: 'go',
    build: async (dir) => {
      await runTool('go', ['vet', './...'], { cwd: dir });
      await runTool('go', ['build', '-o', 'post-records', '.'], { cwd: dir });
    },
    command: (dir) => Promise.resolve([join(dir, 'post-records')]),
  },
  {
    name: 'openapi-typescript',
    build: async (dir) => {
      const packages = await ensureNodeTools();
      const generator = join(packages, 'openapi-typescript/bin/cli.js');
      await runTool(process.execPath, [generator, DOCUMENT, '-o', join(dir, 'client.d.ts')]);
      await symlink(packages, join(dir, 'node_modules'));
      await compileTypeScript(dir);
    },
    command: nodeCommand,
  },
  {
    name: 'datamodel-code-generator',
    build: async (dir) => {
      const { bin } = await ensurePythonTools();
      const input = ['--input', DOCUMENT, '--input-file-type', 'openapi', '--formatters', 'builtin'];
      const output = ['--output-model-type', 'pydantic_v2.BaseModel', '--output', join(dir, 'models.py')];
      await runTool(join(bin, 'datamodel-codegen'), [...input, ...output]);
    },
    command: pythonCommand,
  },
];

/** Brings a program beside its client, and makes both ready to run. @returns what runs it and returns what it printed */
export async function buildProgram({ name, build, command }: ClientProgram) {
  const dir = join(BUILT, name);
  await mkdir(dir, { recursive: true });
  await cp(join(PROJECT, 'programs', name), dir, { recursive: true });
  await build(dir);
  const [program, ...first] = await command(dir);
  return async (...args: string[]): Promise<unknown> =>
    JSON.parse(await runTool(program, [...first, ...args]));
}
