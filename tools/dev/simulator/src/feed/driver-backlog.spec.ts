import type { WireRecord } from '@drivewatch/contracts';
import type { SimulatedRecord } from '../fleet/driver';
import { DriverBacklog } from './driver-backlog';

/** Makes a record from its kind and its second: `plain3`, `start3`, `end3`. */
const aRecord = (name: string): SimulatedRecord => {
  const fields: WireRecord = { siteName: name };
  if (name.startsWith('start')) fields.isOverspeed = '1';
  if (name.startsWith('end')) fields.isOverspeedFinished = '1';
  return { driverId: 'd1', atMs: Number(/\d+/.exec(name)?.[0]) * 1000, fields };
};

const fill = (backlog: DriverBacklog, names: string) =>
  names.split(' ').reduce((dropped, name) => dropped + backlog.push(aRecord(name)), 0);

function drain(backlog: DriverBacklog): string {
  const names: string[] = [];
  for (let record = backlog.shift(); record !== undefined; record = backlog.shift()) {
    names.push(record.fields.siteName ?? '');
  }
  return names.join(' ');
}

describe(DriverBacklog.name, () => {
  it('drops the oldest records beyond its limit and says how many', () => {
    const backlog = new DriverBacklog(3);
    expect(fill(backlog, 'plain1 plain2 plain3')).toBe(0);
    expect(fill(backlog, 'plain4 plain5')).toBe(2);
    expect(drain(backlog)).toBe('plain3 plain4 plain5');
  });

  it('drops an overspeeding that was not sent as a whole', () => {
    const backlog = new DriverBacklog(3);
    expect(fill(backlog, 'start1 plain2 end3 plain4')).toBe(2);
    expect(drain(backlog)).toBe('plain2 plain4');
  });

  it('leaves out an end that comes after its start was dropped', () => {
    const backlog = new DriverBacklog(2);
    expect(fill(backlog, 'start1 plain2 plain3 end4 start5 end6')).toBe(4);
    expect(drain(backlog)).toBe('start5 end6');
  });

  it('keeps the end of an overspeeding whose start has been sent, however long the server is away', () => {
    const backlog = new DriverBacklog(3);
    fill(backlog, 'start1');
    expect(backlog.shift()?.fields.siteName).toBe('start1');
    fill(backlog, 'plain2 end3 plain4 start5 plain6 end7 plain8 plain9');
    expect(drain(backlog)).toBe('end3 plain8 plain9');
  });

  it('keeps only what ends an overspeeding that has been sent when it is closed', () => {
    const ending = [aRecord('end9')];
    const told = new DriverBacklog(5);
    fill(told, 'start1 plain2');
    told.shift();
    told.closeWith(ending);
    expect(drain(told)).toBe('end9');

    const ended = new DriverBacklog(5);
    fill(ended, 'start1 plain2 end3 start4');
    ended.shift();
    ended.closeWith(ending);
    expect(drain(ended)).toBe('end3');

    const untold = new DriverBacklog(5);
    fill(untold, 'start1 plain2');
    untold.closeWith(ending);
    expect(drain(untold)).toBe('');
  });
});
