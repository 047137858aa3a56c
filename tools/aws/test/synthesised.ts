import { tmpdir } from 'node:os';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { type AppOptions, type DrivewatchApp, makeApp } from '../src/drivewatch-app';
import { type SizeName, SIZES } from '../src/sizes';

/** Tests run in the workspace's folder. */
const root = process.cwd();

const written: string[] = [];
afterAll(() => {
  for (const folder of written) rmSync(folder, { recursive: true });
});

/** Makes the stacks of a size, with empty images, and without bundling the metrics function unless asked to. */
export function makeTestApp(size: SizeName, options: Partial<AppOptions> = {}): DrivewatchApp {
  const outdir = mkdtempSync(join(tmpdir(), 'drivewatch-aws-'));
  written.push(outdir);
  return makeApp({
    size: SIZES[size],
    region: 'eu-central-1',
    root,
    imageContext: join(root, 'tools/aws/test/image-context'),
    outdir,
    context: { 'aws:cdk:bundling-stacks': [] },
    ...options,
  });
}

export interface Templates {
  readonly foundation: Template;
  readonly services: Template;
}

const templates = new Map<SizeName, Templates>();

/** Returns the templates of a size, which are synthesised only once. */
export function templatesOf(size: SizeName): Templates {
  const known = templates.get(size);
  if (known !== undefined) return known;
  const { foundation, services } = makeTestApp(size);
  const made = { foundation: Template.fromStack(foundation), services: Template.fromStack(services) };
  templates.set(size, made);
  return made;
}

/** Returns the properties of all resources of a type, by their names in the template. */
export function propertiesOf<T>(template: Template, type: string): Record<string, T> {
  const found = Object.entries(template.findResources(type)) as [string, { Properties: T }][];
  return Object.fromEntries(found.map(([name, { Properties }]) => [name, Properties]));
}
