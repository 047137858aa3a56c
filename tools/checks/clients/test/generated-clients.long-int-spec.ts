import { randomUUID } from 'node:crypto';
import { eventually, type Stack, startStack } from '@drivewatch/testing';
import { buildProgram, CLIENT_PROGRAMS, generateWithMaven, hasGo } from './client-programs';
import { LATER_CODE, type LaterServer, startLaterServer } from './later-server';
import { INSTALL_LIMIT_MS } from './tools';

const withGo = hasGo();
if (!withGo) console.log('There is no Go on the PATH: the client in Go is left out');
const left = CLIENT_PROGRAMS.filter(({ name }) => name === 'go' && !withGo);
const programs = CLIENT_PROGRAMS.filter((program) => !left.includes(program));

describe('clients made from docs/openapi.json', () => {
  let stack: Stack;
  let later: LaterServer;
  beforeAll(async () => {
    await generateWithMaven();
    [stack, later] = await Promise.all([startStack(), startLaterServer()]);
  }, INSTALL_LIMIT_MS);
  afterAll(() => Promise.all([stack.stop(), later.stop()]));

  const stored = (driver: string) =>
    stack.query(
      `SELECT id, plate_number, latitude_deg, longitude_deg, speed_kmh, overspeed, recorded_at
       FROM driving_record WHERE driver_id = $1 ORDER BY speed_kmh`,
      [driver],
    );

  if (left.length > 0) it.skip('go', () => undefined);

  describe.each(programs)('by $name', (program) => {
    let run: Awaited<ReturnType<typeof buildProgram>>;
    beforeAll(async () => {
      run = await buildProgram(program);
    }, INSTALL_LIMIT_MS);

    it('post one record and a batch, and read what was rejected, refused, and the health', async () => {
      const id = randomUUID();
      const driver = `by ${program.name}`;
      expect(await run(stack.url, driver, id)).toEqual({
        one: { accepted: 1, ids: [id] },
        batch: { accepted: 2, rejected: [{ index: 1, code: 'INVALID_RECORD', fields: ['Time'] }] },
        refused: { status: 400, code: 'INVALID_RECORD', fields: ['Time'] },
        health: { status: 'ok', redis: 'up' },
      });
      const bare = { plate_number: '', latitude_deg: null, longitude_deg: null, overspeed: false };
      const rows = await eventually(async () => {
        const found = await stored(driver);
        expect(found).toHaveLength(3);
        return found;
      });
      expect(rows).toMatchObject([
        { ...bare, speed_kmh: 70 },
        { ...bare, speed_kmh: 72 },
        {
          id,
          plate_number: '华AVM936',
          latitude_deg: 32.056444,
          longitude_deg: 118.777589,
          speed_kmh: 72.5,
          overspeed: true,
          recorded_at: new Date('2017-01-01T00:00:05Z'),
        },
      ]);
    });

    it('read the answers of a later version, with further members and other codes', async () => {
      const id = randomUUID();
      expect(await run(later.url, 'later', id)).toEqual({
        one: { accepted: 1, ids: [id] },
        batch: { accepted: 2, rejected: [{ index: 1, code: LATER_CODE, fields: ['Time'] }] },
        refused: { status: 422, code: LATER_CODE, fields: ['Time'] },
        health: { status: 'ok', redis: 'up' },
      });
    });
  });
});
