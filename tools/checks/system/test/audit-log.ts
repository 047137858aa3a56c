import { AUDIT_PATH, type AuditEvent, type AuditPage, type Problem } from '@drivewatch/contracts';
import { aWireRecord } from '@drivewatch/contracts/samples';
import { eventually, type Stack } from '@drivewatch/testing';
import { accessIsKnown } from './access-known';
import { signIn, trySignIn } from './dashboard-session';
import { acceptedId } from './post-record';
import { suiteStack } from './suite-stack';

const PASSWORD = 'correct horse battery';
const ADMIN = 'Olga';
/** The address that all requests of these tests come from, according to the proxy; no other part uses it. */
const ADDRESS = '203.0.113.77';
const FROM = { 'X-Forwarded-For': ADDRESS };
const BOARD = '/admin/queues/api/queues';

describe('the audit log', () => {
  let stack: Stack;
  let key: string;
  let admin: Record<string, string>;
  beforeAll(async () => {
    stack = await suiteStack();
    await stack.access.addUser({ name: ADMIN, role: 'admin', password: PASSWORD });
    await stack.access.addUser({ name: 'victor', role: 'viewer', password: PASSWORD });
    key = await accessIsKnown(stack);
    admin = { ...FROM, cookie: await signIn(stack.url, ADMIN, PASSWORD, FROM) };
  });

  const ask = (query = '', headers = admin) => fetch(`${stack.url}${AUDIT_PATH}${query}`, { headers });
  const read = async (query = ''): Promise<AuditPage> => (await ask(query)).json() as Promise<AuditPage>;
  /** Returns the events of what was done from the address of these tests. */
  const told = async (kind: string): Promise<AuditEvent[]> => {
    const { events } = await read(`?kind=${kind}&limit=200`);
    return events.filter(({ address }) => address === ADDRESS);
  };
  const logged = (kind: string) =>
    stack
      .api()
      .output.split('\n')
      .filter((line) => line.includes(`"msg":"${kind}`) && line.includes(ADDRESS));

  it('reports who signed in and out, who failed and from where, but not what was typed by mistake', async () => {
    const typed = 'a password typed as a name';
    expect((await trySignIn(stack.url, typed, 'wrong horse', FROM)).status).toBe(401);
    for (let n = 0; n < 5; n += 1) await trySignIn(stack.url, 'VICTOR', 'wrong horse', FROM);
    for (let n = 0; n < 3; n += 1)
      expect((await trySignIn(stack.url, 'victor', PASSWORD, FROM)).status).toBe(429);
    const other = { ...FROM, cookie: await signIn(stack.url, ADMIN, PASSWORD, FROM) };
    await fetch(`${stack.url}/api/session`, { method: 'DELETE', headers: other });
    const who = async (kind: string) => (await told(kind)).map(({ actor }) => actor).reverse();
    await eventually(async () => {
      expect(await who('sign-in.failed')).toEqual([null, ...Array<string>(5).fill('victor')]);
      expect(await who('sign-in.refused')).toEqual(['victor']);
      expect(await who('sign-in.succeeded')).toEqual([ADMIN, ADMIN]);
      expect(await who('session.signed-out')).toEqual([ADMIN]);
    });
    expect(logged('sign-in.failed')).toHaveLength(6);
    const rows = JSON.stringify(await stack.query('SELECT * FROM audit_event'));
    for (const secret of [typed, 'wrong horse', PASSWORD, key, admin.cookie ?? '', 'argon2'])
      expect([secret, (rows + stack.api().output).includes(secret)]).toEqual([secret, false]);
  });

  it('reports who did what to the queue on the board of jobs', async () => {
    await acceptedId(stack.url, aWireRecord(), { Authorization: `Bearer ${key}` });
    const change = (path: string) => fetch(`${stack.url}${BOARD}${path}`, { method: 'PUT', headers: admin });
    const board = await fetch(`${stack.url}${BOARD}?activeQueue=driving-records&status=waiting`, {
      headers: admin,
    });
    const { queues } = (await board.json()) as { queues: { name: string; jobs: { id: string }[] }[] };
    const id = queues.find(({ name }) => name === 'driving-records')?.jobs[0]?.id ?? '';
    expect((await change(`/driving-records/${id}/clean`)).status).toBe(204);
    expect((await change('/driving-records/no-such-job/clean')).status).toBe(404);
    await change('/driving-records/pause');
    await change('/driving-records/resume');
    await eventually(async () => {
      expect(await told('queue.job-removed')).toMatchObject([
        { actor: ADMIN, subject: id, detail: { queue: 'driving-records', action: 'clean' } },
      ]);
      expect(await told('queue.paused')).toMatchObject([{ actor: ADMIN }]);
      expect(await told('queue.resumed')).toMatchObject([{ actor: ADMIN }]);
    });
  });

  it('is read a page at a time, the newest first', async () => {
    const all = (await read('?limit=200')).events.map(({ id }) => id);
    expect(all).toEqual([...all].sort((one, other) => Number(other) - Number(one)));
    const first = await read('?limit=3');
    const second = await read(`?limit=3&before=${first.next}`);
    expect([...first.events, ...second.events].map(({ id }) => id)).toEqual(all.slice(0, 6));
    expect(await read(`?before=${all.at(-1)}`)).toEqual({ events: [], next: null });
  });

  it.each([
    ['?limit=201', /^"limit" is wrong \(.*<=200\); allowed: limit, before, kind$/],
    ['?limit=0', /^"limit" is wrong/],
    ['?before=x', /^"before" is wrong/],
    ['?kind=sign-in', /^"kind" is wrong \(.*"sign-in\.failed"/],
    ['?kind=key.created&kind=key.revoked', /^"kind" is wrong/],
    ['?since=1h', /^The query is wrong \(.*"since"\); allowed: limit, before, kind$/],
  ])('refuses %s', async (query, detail) => {
    const answer = await ask(query);
    const problem = (await answer.json()) as Problem;
    expect([answer.status, problem.code]).toEqual([400, 'BAD_REQUEST']);
    expect(problem.detail).toMatch(detail);
  });

  it('is only for admins', async () => {
    const cookie = await signIn(stack.url, 'victor', PASSWORD, { 'X-Forwarded-For': '203.0.113.78' });
    expect((await ask('', { ...FROM, cookie })).status).toBe(403);
    expect((await ask('', FROM)).status).toBe(401);
    expect((await ask('', { ...FROM, Authorization: `Bearer ${key}` })).status).toBe(403);
  });

  it("keeps nobody out while it cannot be written; the program's log says what is missing", async () => {
    await stack.query('ALTER TABLE audit_event RENAME TO audit_event_away');
    try {
      await signIn(stack.url, ADMIN, PASSWORD, FROM);
      await eventually(() =>
        expect(logged('sign-in.succeeded is in this log alone, not in audit_event: ')).toHaveLength(1),
      );
      const answer = await ask();
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
    } finally {
      await stack.query('ALTER TABLE audit_event_away RENAME TO audit_event');
    }
    expect((await ask()).status).toBe(200);
  });
});
