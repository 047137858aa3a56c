import type { IncomingMessage } from 'node:http';
import { Logger } from '@nestjs/common';
import { AllowedHosts } from './allowed-hosts';

const settings = { HOST: '0.0.0.0', ALLOWED_HOSTS: ['fleet.example', '.trucks.example', 'api_1'] };
const hosts = new AllowedHosts(settings, 'Depot-7.office.example');
const asked = (host: string | undefined, { url = '/', further = [] as string[] } = {}): IncomingMessage =>
  ({
    url,
    headers: host === undefined ? {} : { host },
    rawHeaders: [...(host === undefined ? [] : ['Host', host]), 'Accept', '*/*', ...further],
  }) as unknown as IncomingMessage;
const statusOf = (...args: Parameters<typeof asked>) =>
  hosts.refusalOf(asked(...args))?.problem.status ?? null;

describe(AllowedHosts, () => {
  beforeAll(() => jest.spyOn(Logger.prototype, 'warn').mockImplementation());

  it.each([
    'localhost',
    'localhost:8080',
    'LOCALHOST:1',
    'localhost.',
    'app.localhost:8080',
    '127.0.0.1',
    '10.0.3.7:65535',
    '[::1]',
    '[::1]:8080',
    '[FE80::1]',
    '[::ffff:10.0.0.1]:80',
    'depot-7',
    'Depot-7:8080',
    'depot-7.local',
    'depot-7.local.:80',
    'depot-7.office.example',
    'fleet.example',
    'FLEET.example:443',
    'fleet.example.',
    'api_1:8080',
    'trucks.example',
    'a.trucks.example',
    'a.b.trucks.example:8443',
  ])('lets %s through', (host) => {
    expect(statusOf(host)).toBeNull();
    // The second time, the host is remembered.
    expect(statusOf(host)).toBeNull();
  });

  it.each([
    'evil.example',
    'evil.example:8080',
    'EVIL.EXAMPLE',
    'evil.example.',
    'xn--fleet-kva.example',
    'localhost.evil.example',
    'localhost-evil.example',
    'notlocalhost',
    '127.0.0.1.evil.example',
    'www.fleet.example',
    'fleet.example.evil.example',
    'evilfleet.example',
    'eviltrucks.example',
    'office.example',
    'depot-8.office.example',
    'depot-7.evil.example',
    'example',
    'local',
    // These are no IP addresses, although some programs take them for such.
    '2130706433',
    '0x7f000001',
    '127.1',
    '1.2.3.4.5',
    '256.1.1.1',
    '0177.0.0.1',
  ])('does not answer for %s', (host) => {
    const refusal = hosts.refusalOf(asked(host));
    expect(refusal?.problem).toMatchObject({ status: 421, code: 'HOST_NOT_ALLOWED' });
    expect(refusal?.message).toContain(`the host ${JSON.stringify(host)}; allowed: localhost`);
    expect(refusal?.message).toContain('ALLOWED_HOSTS');
  });

  it.each([
    'localhost@evil.example',
    'localhost:8080@evil.example',
    'evil.example@localhost',
    '@localhost',
    'localhost, evil.example',
    'evil.example localhost',
    'localhost/',
    'http://localhost',
    '%6cocalhost',
    ':8080',
    '[::1',
    '::1',
    '[localhost]',
    '[::1]evil.example',
    'localhost:80:80',
    '[]',
    'localhost:evil',
    'localhost:123456',
    'm\u00fcnchen.example',
    '\uff4cocalhost',
    'localhost#',
    'a\\b',
  ])('takes %j for no host', (host) => {
    expect(hosts.refusalOf(asked(host))?.problem).toMatchObject({ status: 400, code: 'BAD_REQUEST' });
  });

  it('refuses a request that names no host, or several', () => {
    for (const none of [undefined, ''])
      expect(hosts.refusalOf(asked(none))?.problem).toMatchObject({
        status: 400,
        detail: 'The request names no host; send one "Host" header',
      });
    const further = ['hOST', 'localhost'];
    expect(hosts.refusalOf(asked('localhost', { further }))?.problem).toMatchObject({
      status: 400,
      detail: 'The request has several "Host" headers; allowed: one',
    });
  });

  it('also checks a host that is part of the address', () => {
    expect(statusOf('localhost', { url: 'http://localhost:8080/addData' })).toBeNull();
    expect(statusOf('localhost', { url: 'HTTPS://[::1]/x?http://evil.example' })).toBeNull();
    expect(statusOf('localhost', { url: '*' })).toBeNull();
    expect(statusOf('localhost', { url: 'http://evil.example/addData' })).toBe(421);
    expect(statusOf('evil.example', { url: 'http://localhost/addData' })).toBe(421);
    expect(statusOf('localhost', { url: 'HTTP://evil.example?x' })).toBe(421);
    expect(statusOf('localhost', { url: 'evil.example:443' })).toBe(421);
    for (const url of ['http://localhost@evil.example/', 'http:///addData', 'ftp://localhost/', 'addData//'])
      expect([url, statusOf('localhost', { url })]).toEqual([url, 400]);
  });

  it('shows only the beginning of a long host, without anything that could mislead readers of a log', () => {
    const long = hosts.refusalOf(asked(`${'a'.repeat(500)}.example`))?.message ?? '';
    expect(long).toContain(`"${'a'.repeat(80)}"…`);
    expect(long).not.toContain('a'.repeat(81));
    expect(hosts.refusalOf(asked('a"\tb'))?.message).toContain(String.raw`"a\"\tb"`);
  });

  it('answers for the name that it listens on', () => {
    const named = new AllowedHosts({ HOST: 'Monitor.example', ALLOWED_HOSTS: [] }, 'depot');
    expect(named.refusalOf(asked('monitor.example:8080'))).toBeNull();
    expect(named.refusalOf(asked('fleet.example'))?.problem.status).toBe(421);
  });

  it('still decides correctly after more hosts than it remembers', () => {
    for (let index = 0; index < 2_500; index += 1) expect(statusOf(`h${index}.localhost`)).toBeNull();
    expect(statusOf('evil.example')).toBe(421);
    expect(statusOf('h1.localhost')).toBeNull();
  });
});
