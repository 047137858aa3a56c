import { asyncApiDocument } from '../asyncapi';
import type { JsonSchema } from '../json-schema';
import { openApiDocument } from '../openapi';
import { ANSWERED_BY } from '../problems';
import { renderDocsPage } from './docs-page';
import { html, prose } from './html';
import { schemaTable, typeText } from './schema-table';

describe(renderDocsPage.name, () => {
  const page = renderDocsPage(openApiDocument, asyncApiDocument, '/style.css');

  it('shows every operation, event and problem code that a device may meet', () => {
    for (const path of ['POST /addData', 'GET /api/session', 'GET /health/ready', 'GET /metrics']) {
      expect(page).toContain(`<code>${path}</code>`);
    }
    for (const event of Object.keys(asyncApiDocument.channels.live.messages)) {
      expect(page).toContain(`<h3><code>${event}</code></h3>`);
    }
    for (const [code, from] of Object.entries(ANSWERED_BY)) {
      if (from.includes('addData')) expect(page).toContain(`<code>${code}</code>`);
    }
  });

  it('says what a field takes', () => {
    expect(page).toMatch(/<code>Time<\/code> <strong>required<\/strong><\/td>\s*<td>string<\/td>/);
    expect(page).toMatch(
      /<code>Speed<\/code><\/td>\s*<td>number of at most 500, or string, or &quot;&quot;, null<\/td>\s*<td>0 to 500 km\/h; may be missing or negative where a flag is set<\/td>/,
    );
  });

  it('needs no script and nothing from elsewhere', () => {
    expect(page).not.toMatch(
      /<script|<style|\sstyle=|\son\w+=|javascript:|(?:src|href)="(?:https?:)?\/\/|@import/i,
    );
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
    [{ type: 'integer', minimum: 1 } as const, 'integer from 1'],
    [{ type: 'string', maxLength: 3 } as const, 'string of at most 3 characters'],
    [{ type: 'string', format: 'uuid' } as const, 'uuid'],
    [{ enum: ['', null] }, '"", null'],
    [{ $ref: '#/components/schemas/Problem' }, 'Problem'],
    [{ type: ['string', 'null'] }, 'string or null'],
  ])('%j is %s', (schema, text) => {
    expect(typeText(schema as never)).toBe(text);
  });
});
