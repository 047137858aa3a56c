import {
  type AlertChange,
  alertFromWire,
  alertToWire,
  type OverspeedAlert,
  overspeedAlertSchema,
} from '@drivewatch/contracts';
import * as z from 'zod';
import type { OpenSpell } from './overspeed-decision';
import type { DriverHistory } from './overspeed-history';

/*
 * Alerts, changes and histories as Redis keeps them. Their JSON uses the names of the wire, as earlier versions wrote
 * them and the Lua scripts read them, because versions run side by side during an upgrade. What earlier versions left
 * lacks the newer fields.
 */

/** Pages are sent whole milliseconds, but earlier versions kept some times to the microsecond. */
const storedMs = z.number().transform(Math.floor);

const storedAlertSchema = z.object({
  ...overspeedAlertSchema.shape,
  startedAtMs: storedMs,
  endedAtMs: storedMs.nullable(),
  unconfirmedSinceMs: storedMs.nullable().default(null),
});
const storedSpellSchema = storedAlertSchema.extend({
  lastFlagMs: z.number().optional(),
  reporterId: z.string().default(''),
});
const storedHistorySchema = z.object({
  driverID: z.string(),
  lastStartMs: z.number().nullable(),
  lastEndMs: z.number().nullable(),
  recordIds: z.array(z.string()),
  heardAtMs: z.number().default(0),
});
const storedChangeSchema = z.object({
  kind: z.enum(['started', 'ended', 'unconfirmed', 'confirmed']),
  driverID: z.string(),
  carPlateNumber: z.string(),
  atMs: storedMs,
  endUnknown: z.boolean().optional(),
});

export const readAlert = (json: string): OverspeedAlert =>
  alertFromWire(storedAlertSchema.parse(JSON.parse(json)));

export const writeAlert = (alert: OverspeedAlert): string => JSON.stringify(alertToWire(alert));

export function readSpell(json: string): OpenSpell {
  const { lastFlagMs, reporterId, ...alert } = storedSpellSchema.parse(JSON.parse(json));
  return { ...alertFromWire(alert), lastFlagMs: lastFlagMs ?? alert.startedAtMs, reporterId };
}

export function writeSpell({ lastFlagMs, reporterId, ...alert }: OpenSpell): string {
  return JSON.stringify({ ...alertToWire(alert), lastFlagMs, reporterId });
}

export function readHistory(json: string): DriverHistory {
  const { driverID, heardAtMs, ...rest } = storedHistorySchema.parse(JSON.parse(json));
  return { driverId: driverID, ...rest, lastAcceptedMs: heardAtMs };
}

export function writeHistory({ driverId, lastAcceptedMs, ...rest }: DriverHistory): string {
  return JSON.stringify({ driverID: driverId, ...rest, heardAtMs: lastAcceptedMs });
}

export function readChange(json: string): AlertChange {
  const { driverID, carPlateNumber, ...rest } = storedChangeSchema.parse(JSON.parse(json));
  return { driverId: driverID, plateNumber: carPlateNumber, ...rest };
}

export function writeChange({ kind, driverId, plateNumber, ...rest }: AlertChange): string {
  return JSON.stringify({ kind, driverID: driverId, carPlateNumber: plateNumber, ...rest });
}
