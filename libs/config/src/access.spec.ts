import { apiEnvSchema, authenticationOf, parseEnv, sendsCookiesSecurely } from './index';

const services = { DATABASE_URL: 'postgresql://localhost/d', REDIS_URL: 'redis://localhost' };
const SECRET = 's'.repeat(32);
const parse = (env: Record<string, string>) => parseEnv(apiEnvSchema, { ...services, ...env });

describe('authentication', () => {
  it.each(['127.0.0.1', '127.8.9.10', '::1', 'localhost', 'LOCALHOST'])('is off on %s', (HOST) => {
    expect(authenticationOf(parse({ HOST }))).toBe('off');
    expect(sendsCookiesSecurely(parse({ HOST }))).toBe(false);
  });

  it.each(['0.0.0.0', '::', '10.0.0.1', '127.evil.example', 'fleet.example'])('is on on %s', (HOST) => {
    const config = parse({ HOST, SESSION_SECRET: SECRET });
    expect(authenticationOf(config)).toBe('on');
    expect(sendsCookiesSecurely(config)).toBe(true);
  });

  it('is as AUTH says, whatever the host', () => {
    expect(authenticationOf(parse({ HOST: '0.0.0.0', AUTH: 'off' }))).toBe('off');
    expect(authenticationOf(parse({ AUTH: 'on', SESSION_SECRET: SECRET }))).toBe('on');
  });

  it.each([
    [{ HOST: '0.0.0.0' }, /SESSION_SECRET: is required because authentication is on/],
    [{ AUTH: 'on' }, /SESSION_SECRET: is required because authentication is on/],
    [{ AUTH: 'on', SESSION_SECRET: 'too short' }, /SESSION_SECRET: must have at least 32 characters/],
    [{ AUTH: 'yes' }, /AUTH: must be on or off/],
    [{ METRICS_TOKEN: 'short' }, /METRICS_TOKEN: must have at least 16 characters/],
    [{ ALLOWED_ORIGINS: 'https://a.example/path' }, /ALLOWED_ORIGINS: must be origins/],
    [{ ALLOWED_HOSTS: 'https://a.example' }, /ALLOWED_HOSTS: must be host names/],
    [{ ALLOWED_HOSTS: 'a.example:8080' }, /ALLOWED_HOSTS: must be host names/],
    [{ ALLOWED_HOSTS: 'a.example, *' }, /ALLOWED_HOSTS: must be host names/],
    [{ ALLOWED_HOSTS: 'a.*.example' }, /ALLOWED_HOSTS: must be host names/],
    [{ ALLOWED_HOSTS: 'a.example/b' }, /ALLOWED_HOSTS: must be host names/],
    [{ ALLOWED_HOSTS: `${'a'.repeat(64)}.example` }, /ALLOWED_HOSTS: must be host names/],
    [{ TRUST_PROXY: 'everybody' }, /TRUST_PROXY: must be IP addresses/],
    [{ RATE_LIMIT_KEY: '0' }, /RATE_LIMIT_KEY/],
  ])('refuses %j with one clear line', (env, message) => {
    expect(() => parse(env)).toThrow(message);
  });

  it('never shows a secret that is refused', () => {
    expect(() => parse({ AUTH: 'on', SESSION_SECRET: 'hunter2' })).toThrow(/^(?!.*hunter2)/s);
  });

  it('reads lists with spaces between their commas', () => {
    const config = parse({
      ALLOWED_ORIGINS: 'https://a.example, http://b.example:81',
      TRUST_PROXY: '10.0.0.0/8, ::1',
    });
    expect(config.ALLOWED_ORIGINS).toEqual(['https://a.example', 'http://b.example:81']);
    expect(config.TRUST_PROXY).toEqual(['10.0.0.0/8', '::1']);
  });

  it('reads host names as browsers send them, and either way of naming a domain with all below it', () => {
    const { ALLOWED_HOSTS } = parse({
      ALLOWED_HOSTS: 'Fleet.Example, flotte-münchen.example., *.a.example,.b.example , drivewatch_api',
    });
    expect(ALLOWED_HOSTS).toEqual([
      'fleet.example',
      'xn--flotte-mnchen-3ob.example',
      '.a.example',
      '.b.example',
      'drivewatch_api',
    ]);
  });
});
