import { TestBed } from '@angular/core/testing';
import { ASKS_FOR_SIGN_IN, LOAD_PAGE, Session } from './session';

describe('Session', () => {
  const realFetch = globalThis.fetch;
  let answers: (() => Response)[];
  let asked: string[];
  let loaded: string[];
  beforeEach(() => {
    answers = [];
    asked = [];
    loaded = [];
    globalThis.fetch = (input, init) => {
      asked.push(`${init?.method ?? 'GET'} ${input as string}`);
      const answer = answers.shift();
      return answer === undefined
        ? Promise.reject(new TypeError('Failed to fetch'))
        : Promise.resolve(answer());
    };
  });
  afterEach(() => {
    globalThis.fetch = realFetch;
  });

  const open = (asksForSignIn = true): Session => {
    TestBed.configureTestingModule({
      providers: [
        { provide: ASKS_FOR_SIGN_IN, useValue: asksForSignIn },
        { provide: LOAD_PAGE, useValue: (path: string) => loaded.push(path) },
      ],
    });
    return TestBed.inject(Session);
  };
  // jsdom has no Response.
  const json =
    (body: unknown, status = 200) =>
    (): Response =>
      ({ ok: status < 300, status, json: () => Promise.resolve(body) }) as Response;
  const NOBODY = { authentication: 'on', user: null };

  it('asks nothing of a server that is open', async () => {
    const session = open(false);
    await session.check();
    expect(asked).toEqual([]);
    expect(session.mustSignIn()).toBe(false);
  });

  it('knows who is signed in, and when somebody has to be', async () => {
    const session = open();
    expect(session.mustSignIn()).toBe(false);
    answers = [json(NOBODY), json({ authentication: 'on', user: { name: 'ann', role: 'admin' } })];
    await session.check();
    expect([session.mustSignIn(), session.user()]).toEqual([true, null]);
    await session.check();
    expect([session.mustSignIn(), session.user()?.name]).toEqual([false, 'ann']);
  });

  it('stays as it was while the server is away or answers something else', async () => {
    const session = open();
    answers = [json(NOBODY), json({ code: 'ACCESS_UNAVAILABLE' }, 503)];
    await session.check();
    await session.check();
    await session.check();
    expect([asked.length, session.mustSignIn()]).toEqual([3, true]);
  });

  it('says in a sentence why the sign-in was refused', async () => {
    const session = open();
    answers = [
      json({ code: 'SIGN_IN_FAILED', detail: 'x' }, 401),
      json({ code: 'RATE_LIMITED', detail: 'Too many failed attempts to sign in; wait 880 s' }, 429),
    ];
    const attempt = () => session.signIn({ name: 'ann', password: 'secret' });
    expect(await attempt()).toBe('The name or the password is wrong.');
    expect(await attempt()).toBe('Too many failed attempts to sign in; wait 880 s.');
    expect(await attempt()).toBe('The server cannot be reached. Try again in a moment.');
  });

  it('leaves the page when somebody signs out, and stays when that did not work', async () => {
    const session = open();
    answers = [json({}, 503), json({}, 204)];
    expect(await session.signOut()).toBe(false);
    expect(loaded).toEqual([]);
    expect(await session.signOut()).toBe(true);
    expect(loaded).toEqual(['/sign-in']);
  });

  it.each([
    ['/summary?from=2017-01-01T00', '/summary?from=2017-01-01T00'],
    ['/live/all', '/live/all'],
    [undefined, '/'],
    ['//evil.example/x', '/'],
    ['/\\evil.example', '/'],
    ['/\t/evil.example', '/'],
    ['https://evil.example', '/'],
    ['javascript:alert(1)', '/'],
    ['/sign-in?from=/', '/'],
  ])('goes on with %s as %s', (from, path) => {
    open().goOn(from);
    expect(loaded).toEqual([path]);
  });

  it('comes back to the page that asked for the sign-in', () => {
    open().askToSignIn('/summary?a=1&b=2');
    expect(loaded).toEqual(['/sign-in?from=%2Fsummary%3Fa%3D1%26b%3D2']);
  });
});
