import type { SimulatedRecord } from './driver';
import { Fleet } from './fleet';
import { describeDriving, drive, START } from './simulated-driving';

function byDriver(records: readonly SimulatedRecord[]): Map<string, SimulatedRecord[]> {
  return Map.groupBy(records, ({ driverId }) => driverId);
}

describe(Fleet.name, () => {
  it('gives the same records for the same seed, and others for another', () => {
    expect(drive(0.1, { seed: 7 })).toEqual(drive(0.1, { seed: 7 }));
    expect(drive(0.1, { seed: 7 })).not.toEqual(drive(0.1, { seed: 8 }));
  });

  it('makes the drivers take turns, one each second, each every ten seconds', () => {
    const plain = drive(0.1).filter(
      ({ fields }) => !Object.keys(fields).some((name) => name.startsWith('is')),
    );
    const seconds = plain.map(({ atMs }) => atMs / 1000);
    expect(seconds).toEqual(Array.from({ length: 360 }, (_, index) => START + index));
    for (const records of byDriver(plain).values()) {
      const gaps = records.slice(1).map(({ atMs }, index) => atMs - (records[index]?.atMs ?? 0));
      expect(new Set(gaps)).toEqual(new Set([10_000]));
    }
  });

  it('knows the same drivers whatever the seed', () => {
    const who = (seed: number) =>
      new Set(
        drive(0.05, { seed }).map(({ fields }) => `${fields.driverID ?? ''} ${fields.carPlateNumber ?? ''}`),
      );
    expect(who(1)).toEqual(who(2));
    expect(who(1).size).toBe(10);
  });

  it('ends what is going on when it is finished', () => {
    const fleet = new Fleet({ drivers: 200, seed: 3 });
    const open = new Set<string>();
    const note = ({ driverId, fields }: SimulatedRecord) => {
      if (fields.isOverspeed === '1') open.add(driverId);
      if (fields.isOverspeedFinished === '1') open.delete(driverId);
    };
    for (let second = START; second < START + 120; second += 1) fleet.advance(second).forEach(note);
    expect(open.size).toBeGreaterThan(0);
    fleet.finish().forEach(note);
    expect(open.size).toBe(0);
  });
});

describeDriving(80);
