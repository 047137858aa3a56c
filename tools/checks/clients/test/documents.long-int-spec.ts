import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asyncApiParser, redocly, spectral } from './document-linters';
import { ensureNodeTools, INSTALL_LIMIT_MS } from './tools';

const [OPENAPI, ASYNCAPI] = ['docs/openapi.json', 'docs/asyncapi.json'];

describe('the interface documents', () => {
  let folder: string;
  beforeAll(async () => {
    await ensureNodeTools();
    folder = await mkdtemp(join(tmpdir(), 'drivewatch-documents-'));
  }, INSTALL_LIMIT_MS);
  afterAll(() => rm(folder, { recursive: true }));

  /** Returns the path of a document in which every occurrence of a text is another. */
  const changed = async (document: string, text: string, by: string): Promise<string> => {
    const content = await readFile(document, 'utf8');
    expect(content).toContain(text);
    const file = join(folder, 'changed.json');
    await writeFile(file, content.replaceAll(text, by));
    return file;
  };

  it('have nothing that Redocly finds wrong', async () => {
    expect(await redocly(OPENAPI)).toEqual([]);
  });

  it('have nothing that Spectral finds wrong', async () => {
    expect(await spectral(OPENAPI, 'openapi')).toEqual([]);
    expect(await spectral(ASYNCAPI, 'asyncapi')).toEqual([]);
  });

  it("have nothing that AsyncAPI's parser finds wrong", async () => {
    expect(await asyncApiParser(ASYNCAPI)).toEqual([]);
  });

  it('would not pass with a mistake', async () => {
    const reference = await changed(OPENAPI, 'schemas/Liveness"', 'schemas/Nothing"');
    expect(await redocly(reference)).toContainEqual(expect.stringMatching(/resolve/));
    const example = await changed(OPENAPI, '"Speed": 72,', '"Speed": "fast",');
    expect(await spectral(example, 'openapi')).toContainEqual(expect.stringMatching(/valid-media-example/));
    const channel = await changed(ASYNCAPI, '#/channels/live"', '#/channels/nothing"');
    expect(await spectral(channel, 'asyncapi')).not.toEqual([]);
    expect(await asyncApiParser(channel)).not.toEqual([]);
  });
});
