/** The first bytes of everything that gzip writes (RFC 1952). */
const GZIP_MAGIC = [0x1f, 0x8b];

/**
 * Reads JSON, gzipped or not: a CDN that declares the content encoding has the browser decompress it, one that does not
 * leaves it to the page.
 *
 * @throws SyntaxError or TypeError when it is neither
 */
export async function parseJson(bytes: Uint8Array<ArrayBuffer>): Promise<unknown> {
  if (!GZIP_MAGIC.every((byte, index) => bytes[index] === byte))
    return JSON.parse(new TextDecoder().decode(bytes));
  const unzipped = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return JSON.parse(await new Response(unzipped).text());
}
