import { EventEmitter } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { workspaceRoot } from './paths.mjs';

let loads = 0;
/** Loads the proxy configuration as Angular's development server does when it starts. */
async function loadProxy(apiUrl) {
  process.env.API_URL = apiUrl;
  loads += 1;
  return (await import(`./api-proxy.mjs?${loads}`)).default;
}

describe('the page of the served dashboard', () => {
  it('is the ordinary one, which asks who is signed in as if the API had written that into it', async () => {
    const read = (name) => readFile(join(workspaceRoot, 'apps/dashboard/src', name), 'utf8');
    const asks = '    <meta name="drivewatch-authentication" content="on" />\n';
    const served = await read('index.development.html');
    expect(served).toContain(asks);
    expect(served.replace(asks, '')).toBe(await read('index.html'));
  });
});

describe('what the served dashboard passes on', () => {
  let said;
  beforeEach(() => {
    said = jest.spyOn(console, 'log').mockReturnValue();
  });
  afterEach(() => {
    said.mockRestore();
    delete process.env.API_URL;
  });

  it('is every path that the API does not take for one of the page', async () => {
    const proxy = await loadProxy('http://127.0.0.1:9');
    const source = await readFile(
      join(workspaceRoot, 'apps/api/src/public-files/dashboard-files.ts'),
      'utf8',
    );
    const paths = /\^\\\/\(\?:([^)]+)\)/.exec(source)?.[1].replaceAll('\\', '').split('|');
    expect(Object.keys(proxy).sort()).toEqual(paths?.map((path) => `/${path}`).sort());
    expect(Object.values(proxy).filter(({ ws }) => ws)).toEqual([proxy['/socket.io']]);
  });

  it('goes to API_URL, and says in a line that nothing answers there', async () => {
    const proxy = await loadProxy('http://127.0.0.1:9/');
    expect(proxy['/api'].target).toBe('http://127.0.0.1:9');
    expect(said.mock.calls).toEqual([
      [expect.stringMatching(/^No API answers at http:\/\/127\.0\.0\.1:9 yet.*nx serve api.*API_URL/)],
    ]);
  });

  it('names the API that answers', async () => {
    const asked = [];
    const api = createServer((request, response) => {
      asked.push(request.url);
      response.end();
    });
    await new Promise((resolve) => api.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${api.address().port}`;
    await loadProxy(url);
    api.closeAllConnections();
    await new Promise((resolve) => api.close(resolve));
    expect(asked).toEqual(['/health/live']);
    expect(said.mock.calls).toEqual([[`The page's API is ${url}`]]);
  });

  it.each(['127.0.0.1:8080', 'ftp://127.0.0.1/', 'nowhere'])('refuses %s', async (apiUrl) => {
    await expect(loadProxy(apiUrl)).rejects.toThrow('API_URL must be the address of an API');
  });

  it.each(['proxyReq', 'proxyReqWs'])(
    'has the origin of the API in a %s of this page alone',
    async (event) => {
      const proxy = await loadProxy('http://127.0.0.1:9');
      const server = new EventEmitter();
      proxy['/api'].configure(server);
      const originOf = (origin) => {
        const sent = { origin };
        const request = { headers: { host: 'localhost:4200', ...(origin && { origin }) } };
        server.emit(event, { setHeader: (name, value) => (sent[name] = value) }, request);
        return sent.origin;
      };
      expect(originOf('http://localhost:4200')).toBe('http://127.0.0.1:9');
      expect(originOf('http://evil.example')).toBe('http://evil.example');
      expect(originOf('null')).toBe('null');
      expect(originOf(undefined)).toBeUndefined();
    },
  );
});
