import { randomUUID } from 'node:crypto';
import type { WireAlertPicture, WireDriverInfo, SpeedPoint } from '@drivewatch/contracts';
import { aWireRecord } from '@drivewatch/contracts/samples';
import { eventually } from '@drivewatch/testing';
import { LiveClient } from '../live-client';
import { acceptedId } from '../post-record';

/** What a page is sent that connects now. */
export interface LivePicture {
  readonly info: Readonly<Record<string, WireDriverInfo>>;
  readonly alerts: WireAlertPicture;
  pointsOf: (driverID: string) => readonly SpeedPoint[];
}

export async function pictureOf(url: string): Promise<LivePicture> {
  const page = await LiveClient.connect(url);
  page.close();
  const [snapshot] = page.data;
  const [alerts] = page.pictures;
  if (snapshot === undefined || alerts === undefined) throw new Error('There is no picture');
  return {
    info: snapshot.meta.drivers,
    alerts,
    pointsOf: (driverID) => snapshot.speeds[driverID]?.data ?? [],
  };
}

/** Returns what a page was told of a driver's alerts, once everything posted before has been judged. */
export async function toldOf(page: LiveClient, url: string, driverID: string): Promise<string[]> {
  const last = `last-${randomUUID()}`;
  const Time = () => new Date().toISOString();
  await acceptedId(url, aWireRecord({ driverID: last, Time: Time(), isOverspeed: '1' }));
  await eventually(() => {
    expect(page.alerts.map((alert) => alert.driverID)).toContain(last);
  });
  await acceptedId(url, aWireRecord({ driverID: last, Time: Time(), isOverspeedFinished: '1' }));
  return page.alerts.filter((alert) => alert.driverID === driverID).map(({ event }) => event);
}
