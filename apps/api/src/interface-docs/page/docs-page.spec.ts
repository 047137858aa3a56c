import { asyncApiDocument } from '../asyncapi';
import type { JsonSchema } from '../json-schema';
import { renderDocsPage } from './docs-page';
import { html, prose } from './html';
import { schemaTable, typeText } from './schema-table';
import { startScript } from './start-script';

describe(renderDocsPage.name, () => {
  const page = renderDocsPage(asyncApiDocument, {
    openApi: '/openapi.json',
    asyncApi: '/asyncapi.json',
    icon: '/icon.svg',
    styleSheets: ['/style.css'],
    scripts: ['/ui.js', '/start.js'],
  });

  it('shows every event, and what its arguments hold', () => {
    for (const event of Object.keys(asyncApiDocument.channels.live.messages)) {
      expect(page).toContain(`<h3><code>${event}</code></h3>`);
    }
    expect(page).toMatch(
      /<code>kind<\/code> <strong>required<\/strong><\/td>\s*<td>&quot;snapshot&quot;, &quot;catch-up&quot;, &quot;tick&quot;<\/td>/,
    );
  });

  it('shows how to get in before the events: each server, each credential and each refusal of the document', () => {
    const [before = ''] = page.split('id="event-');
    const { servers, channels, components } = asyncApiDocument;
    for (const { protocol, host } of Object.values(servers))
      expect(before).toContain(`<code>${protocol}://${host}/socket.io/</code>`);
    const credentials = [...before.matchAll(/<dt>(\w+ <code>[^<]*<\/code>)<\/dt>/g)].map(([, one]) => one);
    expect(credentials).toEqual([
      'cookie <code>drivewatch-session</code>',
      'header <code>Authorization: Bearer …</code>',
      'header <code>X-API-Key</code>',
    ]);
    expect(credentials).toHaveLength(Object.keys(components.securitySchemes).length);
    for (const name of Object.keys(channels.handshake.messages))
      expect(before).toContain(`(<code>${name}</code>)</h4>`);
    for (const member of ['cursor', 'lastAlertId', 'status', 'code', 'detail'])
      expect(before).toContain(`<td><code>${member}</code>`);
    expect(before).toMatch(/<td><code>data<\/code>[^]*?<td>Refusal<\/td>/);
  });

  it('leads to both documents, and holds the element that the start script has filled from the first', () => {
    expect(page).toContain('<a href="/openapi.json">');
    expect(page).toContain('<a href="/asyncapi.json">');
    const [, url, filled] = /"url":"([^"]+)","dom_id":"#([^"]+)"/.exec(startScript('/openapi.json')) ?? [];
    expect([url, filled]).toEqual(['/openapi.json', expect.any(String)]);
    expect(page).toContain(`<div id="${filled}">`);
  });

  it('loads its scripts in their order, and has none in its text nor anything from elsewhere', () => {
    const scripts = [...page.matchAll(/<script[^>]*>[^<]*<\/script>/g)].map(([script]) => script);
    expect(scripts).toEqual([
      '<script defer src="/ui.js"></script>',
      '<script defer src="/start.js"></script>',
    ]);
    expect(page).not.toMatch(/<style|\sstyle=|\son\w+=|javascript:|(?:src|href)="(?:https?:)?\/\/|@import/i);
  });
});

describe(html.name, () => {
  it('escapes what it is given, and leaves HTML as it is', () => {
    const hostile = '<b title="x">&';
    expect(html`<p>${hostile} ${prose('a `b<c`')} ${[html`<i>1</i>`, html`<i>2</i>`]}</p>`.text).toBe(
      '<p>&lt;b title=&quot;x&quot;&gt;&amp; a <code>b&lt;c</code> <i>1</i><i>2</i></p>',
    );
  });
});

describe(schemaTable.name, () => {
  it('lists what is inside objects and arrays under its path', () => {
    const point: JsonSchema = { type: 'object', properties: { x: { type: 'number' } }, required: ['x'] };
    const table = schemaTable({
      type: 'object',
      properties: {
        list: { type: 'array', items: point },
        map: { type: 'object', additionalProperties: point },
      },
    }).text;
    const members = [...table.matchAll(/<td><code>([^<]*)<\/code>/g)].map(([, member]) => member);
    expect(members).toEqual(['list', 'list[].x', 'map', 'map.[key].x']);
  });
});

describe(typeText.name, () => {
  it.each([
    [{ type: 'string' } as const, 'string'],
    [{ enum: ['', null] }, '"", null'],
    [{ type: 'array', items: { type: 'number' } } as const, 'array of number'],
    [{ type: 'object', additionalProperties: { type: 'string' } } as const, '{ [key]: string }'],
    [{ type: ['string', 'null'] }, 'string or null'],
    [{ $ref: '#/components/schemas/Refusal' }, 'Refusal'],
  ])('%j is %s', (schema, text) => {
    expect(typeText(schema as never)).toBe(text);
  });
});
