import { securityHeaders } from './security-headers';

describe(securityHeaders, () => {
  const policyOf = (cdnUrl: string) => {
    const { 'content-security-policy': policy = '' } = securityHeaders(cdnUrl, false);
    return new Map(
      policy.split(';').map((directive) => {
        const [name = '', ...sources] = directive.split(' ');
        return [name, sources];
      }),
    );
  };

  it('lets pages load from this server alone while it is the CDN', () => {
    const policy = policyOf('/cdn/');
    expect(policy.get('default-src')).toEqual(["'self'"]);
    expect(policy.get('script-src')).toEqual(["'self'"]);
    expect(policy.get('connect-src')).toEqual(["'self'"]);
    expect(policy.get('frame-ancestors')).toEqual(["'none'"]);
  });

  it('lets them load from the CDN elsewhere as well, by its origin', () => {
    const policy = policyOf('https://cdn.example/fleet/');
    for (const name of ['script-src', 'connect-src', 'img-src', 'style-src'])
      expect(policy.get(name)).toContain('https://cdn.example');
    expect(policy.get('script-src')).not.toContain("'unsafe-inline'");
  });

  it('tells browsers to keep to https only where people come by it', () => {
    expect(securityHeaders('/cdn/', false)).not.toHaveProperty('strict-transport-security');
    expect(securityHeaders('/cdn/', true)).toHaveProperty('strict-transport-security');
  });

  it('contains no header that an answer sets itself', () => {
    const names = Object.keys(securityHeaders('/cdn/', true));
    for (const own of ['content-length', 'content-type', 'date', 'connection'])
      expect(names).not.toContain(own);
  });
});
