import { pageForCdn } from './dashboard-page';

const BUILT = `<!doctype html><html><head><base href="/"/>
<link rel="icon" type="image/svg+xml" href="favicon.svg"/>
<link rel="stylesheet" href="styles-VMJQAHIS.css"></head><body>
<link rel="modulepreload" href="chunk-nsweNygW.js"><script src="main-IB3TT625.js" type="module"></script>
<a href="live">Live</a></body></html>`;

describe(pageForCdn.name, () => {
  it('tells the page where the CDN is, and changes nothing else when the API is the CDN', () => {
    const { html } = pageForCdn(BUILT, '/cdn/');
    const meta = '<meta name="drivewatch-cdn" content="/cdn/" />';
    expect(html).toContain(`${meta}</head>`);
    expect(html.replace(meta, '')).toBe(BUILT);
  });

  it('tells the page when people have to sign in, and says nothing about it otherwise', () => {
    const asks = pageForCdn(BUILT, '/cdn/', true);
    expect(asks.html).toContain('<meta name="drivewatch-authentication" content="on" /></head>');
    const open = pageForCdn(BUILT, '/cdn/');
    expect(open.html).not.toContain('authentication');
    expect(asks.etag).not.toBe(open.etag);
  });

  it('takes scripts, styles and icon, and nothing else, from another CDN', () => {
    const { html } = pageForCdn(BUILT, 'https://cdn.example/fleet/');
    expect(html).toContain('<meta name="drivewatch-cdn" content="https://cdn.example/fleet/" />');
    const attributes = [...html.matchAll(/(?:src|href)="[^"]*"[^>]*/g)].map(([text]) => text);
    expect(attributes).toEqual([
      'href="/"/',
      'href="https://cdn.example/fleet/assets/favicon.svg" crossorigin/',
      'href="https://cdn.example/fleet/assets/styles-VMJQAHIS.css" crossorigin',
      'href="https://cdn.example/fleet/assets/chunk-nsweNygW.js" crossorigin',
      'src="https://cdn.example/fleet/assets/main-IB3TT625.js" crossorigin type="module"',
      'href="live"',
    ]);
  });

  it('does not let a URL end the attribute that it stands in', () => {
    expect(pageForCdn(BUILT, 'https://c.example/"><script>$&/').html).toContain(
      'content="https://c.example/&quot;><script>$&amp;/" />',
    );
  });

  it('has a different etag for a different CDN', () => {
    expect(pageForCdn(BUILT, 'https://a.example/').etag).not.toBe(pageForCdn(BUILT, '/cdn/').etag);
    expect(pageForCdn(BUILT, '/cdn/').etag).toBe(pageForCdn(BUILT, '/cdn/').etag);
  });
});
