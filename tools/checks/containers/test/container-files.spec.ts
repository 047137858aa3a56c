import { readdirSync, readFileSync } from 'node:fs';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ensureProgram, SYSTEM_PROGRAMS } from '@drivewatch/local-services';
import { DockerfileParser } from 'dockerfile-ast';
import { parse } from 'yaml';

interface Service {
  image: string;
  build?: { dockerfile: string };
  read_only?: boolean;
  cap_drop?: string[];
  networks: string[];
  ports?: string[];
  volumes?: string[];
  environment?: Record<string, string>;
  depends_on?: Record<string, { condition: string }>;
  deploy?: { resources: { limits: { cpus: string; memory: string } } };
  healthcheck?: unknown;
  logging?: { driver: string; options: Record<string, string> };
}
interface Compose {
  services: Record<string, Service>;
  networks: Record<string, { internal?: boolean } | null>;
  volumes: Record<string, unknown>;
}

const text = readFileSync('docker/compose.yaml', 'utf8');
const compose = parse(text, { merge: true }) as Compose;
const services = Object.entries(compose.services);
const dockerfiles = readdirSync('docker').filter((name) => name.endsWith('.Dockerfile'));
const EXACT_TAG = /^[\w./-]+:v?\d+\.\d+/;

describe('docker/compose.yaml', () => {
  it('has two of each app and everything around them', () => {
    for (const name of [
      'edge',
      'redis',
      'postgres',
      'object-store',
      'spark-worker',
      'prometheus',
      'grafana',
    ]) {
      expect(Object.keys(compose.services)).toContain(name);
    }
    const images = services.map(([, { image }]) => image);
    expect(images.filter((image) => image === 'drivewatch-api')).toHaveLength(2);
  });

  it.each(services)(
    'runs %s on a read-only file system, without capabilities, within limits',
    (_, service) => {
      expect(service.read_only).toBe(true);
      expect(service.cap_drop).toEqual(['ALL']);
      const limits = service.deploy?.resources.limits;
      expect([typeof limits?.cpus, typeof limits?.memory]).toEqual(['string', 'string']);
      expect(service.logging).toEqual({
        driver: 'json-file',
        options: { 'max-size': '10m', 'max-file': '5' },
      });
      if (!service.build) expect(service.image).toMatch(EXACT_TAG);
      if (service.build) expect(dockerfiles).toContain(service.build.dockerfile.replace('docker/', ''));
    },
  );

  it.each(services)('names for %s only networks, volumes and services that exist', (_, service) => {
    for (const network of service.networks) expect(Object.keys(compose.networks)).toContain(network);
    for (const volume of service.volumes ?? []) {
      const source = volume.split(':')[0] ?? '';
      if (source.startsWith('.')) expect(() => readdirOrFile(join('docker', source))).not.toThrow();
      else expect(Object.keys(compose.volumes)).toContain(source);
    }
    for (const other of Object.keys(service.depends_on ?? {})) {
      expect(Object.keys(compose.services)).toContain(other);
    }
  });

  it('shows only the edge to other machines, and keeps the data inside', () => {
    const published = services.filter(([, { ports }]) =>
      ports?.some((port) => !port.startsWith('127.0.0.1:')),
    );
    expect(published.map(([name]) => name)).toEqual(['edge']);
    expect(compose.networks.data?.internal).toBe(true);
    expect(compose.services.edge?.networks).not.toContain('data');
  });

  it('makes the APIs answer for every name that the parts use for each other, and for those of docker/.env', () => {
    const targets = JSON.parse(readFileSync('docker/prometheus/targets.json', 'utf8')) as {
      targets: string[];
    }[];
    const asked = [
      ...targets.flatMap((group) => group.targets.map((target) => target.split(':')[0])),
      new URL(compose.services.edge?.environment?.CDN_ORIGIN ?? '').hostname,
    ];
    expect(asked).toHaveLength(3);
    for (const api of ['api-1', 'api-2']) {
      const allowed = compose.services[api]?.environment?.ALLOWED_HOSTS?.split(',');
      expect(allowed).toEqual(expect.arrayContaining([...asked, '${ALLOWED_HOSTS:-}']));
    }
    expect(readFileSync('docker/.env.example', 'utf8')).toMatch(/^ALLOWED_HOSTS=$/m);
  });

  it('holds no secret', () => {
    for (const [, { environment = {} }] of services) {
      for (const [name, value] of Object.entries(environment)) {
        if (/PASSWORD|SECRET|TOKEN|ACCESS_KEY/.test(name)) expect(value).toMatch(/^\$\{\w+:\?\}$/);
      }
    }
    const asked = [...text.matchAll(/\$\{(\w+):\?\}/g)].map(([, name]) => name);
    const example = readFileSync('docker/.env.example', 'utf8');
    for (const name of asked) expect(example).toContain(`${name}=`);
  });
});

describe.each(dockerfiles)('docker/%s', (name) => {
  const file = DockerfileParser.parse(readFileSync(join('docker', name), 'utf8'));

  it('uses exact versions of its base images', () => {
    for (const from of file.getFROMs()) expect(from.getImage()).toMatch(EXACT_TAG);
  });

  it('ends as a user who is not root, with a health check', () => {
    const last = file
      .getInstructions()
      .filter((instruction) => instruction.getKeyword() === 'USER')
      .at(-1);
    expect(last?.getArgumentsContent()).toMatch(/^(?:node|spark|101)$/);
    expect(file.getHEALTHCHECKs().length).toBeGreaterThan(0);
  });

  it('copies only what exists', () => {
    for (const copy of file.getCOPYs()) {
      if (copy.getFromFlag()) continue;
      for (const source of copy.getArguments().slice(0, -1)) {
        expect(() => readdirOrFile(source.getValue())).not.toThrow();
      }
    }
  });
});

it('has alert rules that do what their rule tests say', async () => {
  const promtool = join(await ensureProgram(SYSTEM_PROGRAMS.prometheus), '../promtool');
  const checked = promisify(execFile)(promtool, ['test', 'rules', 'docker/prometheus/rules.test.yml']);
  expect((await checked).stdout).toContain('SUCCESS');
});

it('has tests of every alert rule', () => {
  const { groups } = parse(readFileSync('docker/prometheus/rules.yml', 'utf8')) as {
    groups: { rules: { alert: string }[] }[];
  };
  const { tests } = parse(readFileSync('docker/prometheus/rules.test.yml', 'utf8')) as {
    tests: { alert_rule_test: { alertname: string; exp_alerts: unknown[] }[] }[];
  };
  const raised = tests
    .flatMap((test) => test.alert_rule_test)
    .filter((test) => test.exp_alerts.length > 0)
    .map(({ alertname }) => alertname);
  const rules = groups.flatMap((group) => group.rules).map(({ alert }) => alert);
  expect(rules.filter((rule) => !raised.includes(rule))).toEqual([]);
});

function readdirOrFile(path: string): void {
  try {
    readdirSync(path);
  } catch {
    readFileSync(path);
  }
}
