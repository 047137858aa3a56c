import { createHash } from 'node:crypto';

/** The path where the API itself serves the public bucket. */
const OWN_CDN = '/cdn/';

/** The dashboard's page as it is sent. */
export interface DashboardPage {
  readonly html: string;
  readonly etag: string;
}

/**
 * Tells the built page where the CDN is. Its scripts come from there too, unless the API is the CDN; whatever those
 * load follows, because it is named relative to them.
 *
 * @param html the built index.html
 * @param cdnUrl ends in a slash
 * @param asksForSignIn whether the page has to ask who is signed in before it does anything else
 */
export function pageForCdn(html: string, cdnUrl: string, asksForSignIn = false): DashboardPage {
  const cdn = `<meta name="drivewatch-cdn" content="${escapeAttribute(cdnUrl)}" />`;
  const meta = asksForSignIn ? `${cdn}<meta name="drivewatch-authentication" content="on" />` : cdn;
  const told = html.replace('</head>', () => `${meta}</head>`);
  const page = cdnUrl === OWN_CDN ? told : withAssetsFrom(told, `${cdnUrl}assets/`);
  const etag = `"${createHash('sha256').update(page).digest('hex').slice(0, 32)}"`;
  return { html: page, etag };
}

/** Files are loaded with CORS, as module scripts always are, so that a preloaded one is not loaded twice. */
function withAssetsFrom(html: string, assetsUrl: string): string {
  return html.replace(
    /<(script|link)\b([^>]*?)\s(src|href)="(?![a-z]+:|\/)([^"]+)"/g,
    (_, tag: string, before: string, name: string, file: string) =>
      `<${tag}${before} ${name}="${escapeAttribute(assetsUrl)}${file}"${/\bcrossorigin\b/.test(before) ? '' : ' crossorigin'}`,
  );
}

const escapeAttribute = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
