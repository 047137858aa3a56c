import * as z from 'zod';

/** The schemas have a file apart from live-events.ts, so that pages, which need only the types, do not load them. */
const epochMs = () => z.int().describe('Epoch milliseconds');
const plateNumber = () => z.string().describe('Empty when the device did not send it');
const driverID = () => z.string().describe('As records name the driver');

/** One spell of overspeeding of one driver. */
export const overspeedAlertSchema = z.strictObject({
  driverID: driverID(),
  carPlateNumber: plateNumber(),
  startedAtMs: epochMs().describe('Epoch milliseconds of the record that began it'),
  endedAtMs: z.int().nullable().describe('The same of its end; null while the driver is speeding'),
  unconfirmedSinceMs: z
    .int()
    .nullable()
    .describe(
      "When the driver was found silent for too long for this to be known still, epoch milliseconds of the server's clock; null while records come",
    ),
  endUnknown: z
    .boolean()
    .optional()
    .describe(
      'Whether it ended without the device saying so: `endedAtMs` is then that of the last record before a break in the records',
    ),
});

/** The payload of `alerts`. */
export const alertPictureSchema = z.strictObject({
  active: z.array(overspeedAlertSchema).describe('Who is speeding'),
  past: z.array(overspeedAlertSchema).describe('Who was lately, newest first'),
  lastAlertId: z.int().describe('Id of the last change that is in this picture, 0 before the first'),
});

/** One point of a speed chart. */
export const speedPointSchema = z.strictObject({ x: epochMs(), y: z.number().describe('km/h') });

/** The payload of `data`. */
export const speedDataSchema = z
  .record(
    driverID(),
    z.strictObject({
      name: z.string().describe('The driver ID again'),
      data: z.array(speedPointSchema).describe('x ascending; equal x where records share a second'),
    }),
  )
  .describe("Each driver's speeds, by driver ID");

/** Everything a page shows about a driver besides the speeds. */
export const driverInfoSchema = z.strictObject({
  carPlateNumber: plateNumber(),
  lastHeardMs: z.int().describe("When the driver's newest record was stored, epoch milliseconds"),
  deviceClockMs: z
    .int()
    .nullable()
    .describe(
      "What the device's clock said in the last record to come, epoch milliseconds, where it is more than five minutes ahead or the date of a receiver without satellites; null otherwise. Such a record is taken to be of when it arrived",
    ),
});

/** The second argument of `data`. */
export const speedDataMetaSchema = z.strictObject({
  kind: z
    .enum(['snapshot', 'catch-up', 'tick'])
    .describe(
      'snapshot: the recent speeds, once on connect; replaces everything before. catch-up: once on connect instead, for a client that named its last cursor: what it missed. tick: what was stored since the last tick',
    ),
  cursor: z
    .string()
    .describe('Opaque; handed back in the handshake (`auth.cursor`) to be sent only what was missed'),
  drivers: z.record(driverID(), driverInfoSchema).describe('About the drivers in this payload'),
});

/** The payload of `driversRemoved`. */
export const driversRemovedSchema = z.strictObject({
  drivers: z
    .array(driverID())
    .describe(
      'They are no longer shown, with nothing of what came from them; who sends again comes with a tick',
    ),
});

/** The payload of `overspeeding` and `overspeedEnd`. */
export const overspeedEventSchema = z.strictObject({
  driverID: driverID(),
  Time: z.string().describe("YYYY-MM-DD HH:MM:SS in the fleet's time zone"),
});

/** The second argument of `overspeeding` and `overspeedEnd`. */
export const overspeedEventMetaSchema = z.strictObject({
  carPlateNumber: plateNumber(),
  atMs: z.int().describe('`Time` as epoch milliseconds'),
  id: z
    .int()
    .nullable()
    .describe(
      'Number of the change, one more than that of the last, the same on every instance; null for an open alert that is told again on connect',
    ),
  endUnknown: z
    .boolean()
    .optional()
    .describe(
      'Only with `overspeedEnd`: true when the records broke off and went on without an end; `Time` is then that of the last one before the break',
    ),
});

/** The payload of `welcome`. */
export const welcomeSchema = z.strictObject({
  timeZone: z.string().describe("IANA name of the fleet's time zone"),
  tickSeconds: z.int().describe('Seconds between two ticks'),
  serverTimeMs: z.int().describe("The server's clock, epoch milliseconds"),
});

/** The payload of `displaced`. */
export const displacedSchema = z.strictObject({
  limit: z
    .int()
    .describe('How many connections there may be at one time (MAX_SOCKETS_PER_SESSION, or ten times that)'),
});

/** The data that a client may hand over in the handshake (`auth` of Socket.IO). */
export const liveHandshakeSchema = z.strictObject({
  cursor: z.string().optional().describe('`cursor` of the last `data` seen'),
  lastAlertId: z
    .int()
    .optional()
    .describe(
      'Highest `id` or `lastAlertId` seen; instead of `alerts`, what came since is sent, where it is still known',
    ),
});
