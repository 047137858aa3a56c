import { describe, expect, it } from '@jest/globals';
import { judge, parseAnswer, readAdvisories } from './audit-report.mjs';

const ADVISORY = {
  source: 1_100_001,
  name: 'ioredis',
  dependency: 'ioredis',
  title: 'Recursion without a bound',
  url: 'https://github.com/advisories/GHSA-aaaa-bbbb-cccc',
  severity: 'high',
  cwe: ['CWE-674'],
  cvss: { score: 7.5, vectorString: null },
  range: '<6.0.0',
};
/** An answer of npm 11, shortened. */
const REPORT = {
  auditReportVersion: 2,
  vulnerabilities: {
    bullmq: {
      name: 'bullmq',
      severity: 'high',
      isDirect: true,
      effects: [],
      range: '',
      fixAvailable: false,
      via: ['ioredis'],
      nodes: ['node_modules/bullmq'],
    },
    ioredis: {
      name: 'ioredis',
      severity: 'high',
      isDirect: true,
      effects: ['bullmq'],
      range: '<6.0.0',
      via: [ADVISORY],
      nodes: ['node_modules/bullmq/node_modules/ioredis', 'node_modules/ioredis'],
    },
    jsdom: {
      name: 'jsdom',
      severity: 'critical',
      isDirect: true,
      effects: [],
      range: '*',
      via: [{ ...ADVISORY, name: 'jsdom', url: 'https://x/GHSA-dev', severity: 'critical', title: 'Tests' }],
      nodes: ['node_modules/jsdom'],
    },
    pg: {
      name: 'pg',
      severity: 'moderate',
      isDirect: true,
      effects: [],
      range: '*',
      via: [{ ...ADVISORY, name: 'pg', url: 'https://x/GHSA-pg', severity: 'moderate', title: 'Slow' }],
      nodes: ['node_modules/pg'],
    },
  },
  metadata: { vulnerabilities: { total: 4 }, dependencies: { prod: 596, dev: 761, total: 1549 } },
};
const PACKAGES = {
  'node_modules/ioredis': { version: '5.11.1' },
  'node_modules/bullmq/node_modules/ioredis': { version: '5.10.0' },
  'node_modules/jsdom': { version: '29.1.1', dev: true },
  'node_modules/pg': { version: '8.23.1' },
};

describe('what npm audit says', () => {
  it('is a report', () => {
    expect(parseAnswer(JSON.stringify(REPORT))).toEqual({ report: REPORT });
  });

  it.each([
    [
      'by a registry without such a database',
      '{"message":"405 Method Not Allowed - POST https://registry.example/-/npm/v1/security/advisories/bulk","statusCode":405,"error":{"summary":""}}',
      'the registry answered 405',
    ],
    [
      'without a network',
      '{"message":"request to https://registry.example/-/npm failed, reason: connect ECONNREFUSED 192.0.2.1:443","error":{}}',
      'ECONNREFUSED',
    ],
    ['by an npm that broke off', '', 'npm gave no report'],
    [
      'of nothing',
      '{"auditReportVersion":2,"vulnerabilities":{},"metadata":{"dependencies":{"total":0}}}',
      'npm looked at no packages',
    ],
  ])('is no report %s, without naming the registry', (_case, stdout, whyNot) => {
    expect(parseAnswer(stdout)).toEqual({ whyNot });
  });

  it('is read as separate advisories, the most serious first, with the installed versions', () => {
    expect(readAdvisories(REPORT, PACKAGES)).toEqual([
      expect.objectContaining({ id: 'GHSA-dev', name: 'jsdom', isDev: true }),
      {
        id: 'GHSA-aaaa-bbbb-cccc',
        title: 'Recursion without a bound',
        severity: 'high',
        name: 'ioredis',
        versions: ['5.10.0', '5.11.1'],
        isDev: false,
      },
      expect.objectContaining({ id: 'GHSA-pg', severity: 'moderate', isDev: false }),
    ]);
  });
});

describe('the judgement', () => {
  const advisories = readAdvisories(REPORT, PACKAGES);
  const acceptedUntil = (until) => [{ id: 'GHSA-aaaa-bbbb-cccc', reason: 'Redis is ours', until }];

  it('fails on serious advisories about what runs in production, and lists the others', () => {
    const { ok, lines } = judge(advisories, [], '2026-11-30');
    expect(ok).toBe(false);
    expect(lines).toEqual([
      '– critical jsdom 29.1.1: Tests (GHSA-dev); only tests and tools use it',
      '✗ high ioredis 5.10.0, 5.11.1: Recursion without a bound (GHSA-aaaa-bbbb-cccc)',
      '– moderate pg 8.23.1: Slow (GHSA-pg)',
    ]);
  });

  it('tolerates accepted advisories, until the given day and no longer', () => {
    expect(judge(advisories, acceptedUntil('2026-11-30'), '2026-11-30').ok).toBe(true);
    const { ok, lines } = judge(advisories, acceptedUntil('2026-11-29'), '2026-11-30');
    expect(ok).toBe(false);
    expect(lines[1]).toMatch(/; was accepted until 2026-11-29: Redis is ours$/);
  });

  it('says which acceptances are no longer needed', () => {
    expect(judge([], acceptedUntil('2027-01-01'), '2026-11-30')).toEqual({
      ok: true,
      lines: ['– GHSA-aaaa-bbbb-cccc is accepted and concerns nothing any more: take it off the list'],
    });
  });
});
