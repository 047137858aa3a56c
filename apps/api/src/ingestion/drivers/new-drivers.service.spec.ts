import type { AcceptedRecord } from '@drivewatch/contracts';
import { aRecord } from '@drivewatch/contracts/samples';
import type { Reporter } from '../../access/reporter';
import { QueueUnavailableError } from '../ingestion-errors';
import type { Admission } from './admitted-drivers';
import { NewDrivers } from './new-drivers.service';

const FLEET: Reporter = { id: 'fleet', isFleet: true, mayReport: () => true, mayReplay: false };
const of = (...drivers: string[]): AcceptedRecord[] => drivers.map((driverId) => aRecord({ driverId }));

/** Returns a service whose live picture has `known`; the test decides what Redis says of new drivers. */
function newDrivers(
  admission: (driverId: string) => Admission,
  { known = [], isLoaded = true }: { known?: string[]; isLoaded?: boolean } = {},
) {
  const asked: string[][] = [];
  const speeds = { isLoaded, driverCount: known.length, has: (id: string) => known.includes(id) };
  const admitted = {
    mostDrivers: 100,
    admit: (_: string, ids: readonly string[]) => {
      asked.push([...ids]);
      return Promise.resolve(ids).then((all) => all.map(admission));
    },
    forget: () => Promise.resolve(),
  };
  const config = { FLEET_DRIVERS: 50, NEW_DRIVERS_PER_KEY_HOUR: 10 };
  return {
    drivers: new NewDrivers(speeds as never, admitted as never, config),
    asked,
  };
}

describe(NewDrivers.name, () => {
  it('asks Redis once about a driver whom it does not know, and about no other', async () => {
    const { drivers, asked } = newDrivers(() => 'taken', { known: ['a'] });
    expect(drivers.isKnown(FLEET, 'a')).toBe(true);
    expect(drivers.isKnown(FLEET, 'b')).toBe(false);
    expect(await drivers.refusedAmong(FLEET, of('a', 'b', 'c', 'b'))).toEqual(new Map());
    expect(await drivers.refusedAmong(FLEET, of('a', 'b', 'c'))).toEqual(new Map());
    expect(asked).toEqual([['b', 'c']]);
  });

  it('refuses the records of drivers that are not taken, says what is allowed, and asks again', async () => {
    const { drivers, asked } = newDrivers((id) => (id === 'b' ? 'key' : id === 'c' ? 'all' : 'taken'));
    const records = of('a', 'b', 'c', 'b');
    const refused = await drivers.refusedAmong(FLEET, records);
    expect([...refused.keys()]).toEqual([records[1], records[2], records[3]]);
    const reasons = [...refused.values()];
    expect(reasons.map(({ code, errors }) => [code, errors[0]?.field])).toEqual(
      Array(3).fill(['TOO_MANY_NEW_DRIVERS', 'driverID']),
    );
    expect(reasons[0]?.errors[0]?.message).toMatch(
      /^is "b", .* allowed: 10 new drivers with one device key in an hour \(NEW_DRIVERS_PER_KEY_HOUR\), now that 50 drivers are known/,
    );
    expect(reasons[1]?.errors[0]?.message).toMatch(/^is "c", .* allowed: 100 drivers, twice FLEET_DRIVERS/);
    await drivers.refusedAmong(FLEET, records);
    expect(asked).toEqual([
      ['a', 'b', 'c'],
      ['b', 'c'],
    ]);
  });

  it('asks nothing about a key for some drivers, and refuses nobody before PostgreSQL has said who is known', async () => {
    const some = newDrivers(() => 'all');
    expect(await some.drivers.refusedAmong({ ...FLEET, isFleet: false }, of('a'))).toEqual(new Map());
    const early = newDrivers(() => 'all', { isLoaded: false });
    expect(await early.drivers.refusedAmong(FLEET, of('a'))).toEqual(new Map());
    expect([some.asked, early.asked]).toEqual([[], []]);
  });

  it('asks again about a driver who was forgotten', async () => {
    const { drivers, asked } = newDrivers(() => 'taken');
    await drivers.refusedAmong(FLEET, of('a'));
    await drivers.forget(['a']);
    await drivers.refusedAmong(FLEET, of('a'));
    expect(asked).toEqual([['a'], ['a']]);
  });

  it('tells devices to come again while Redis does not answer', async () => {
    const { drivers } = newDrivers(() => {
      throw new Error('Connection is closed');
    });
    await expect(drivers.refusedAmong(FLEET, of('a'))).rejects.toBeInstanceOf(QueueUnavailableError);
  });
});
