import type { ApiConfig } from '@drivewatch/config';
import type { AcceptedRecord } from '@drivewatch/contracts';
import { createFleetClock } from '@drivewatch/detail-records';
import { aWireRecord } from '@drivewatch/contracts/samples';
import { IngestionMetrics } from './ingestion-metrics';
import type { NewDrivers } from './drivers/new-drivers.service';
import type { UsedIds } from './ids/used-ids.service';
import { nothingAccepted } from './ingestion-errors';
import { IngestionService } from './ingestion.service';
import type { RecordQueueService } from './record-queue.service';
import type { Sender } from './sender';
import { RecordWarnings } from './warnings/record-warnings';
import { aWorkPace } from './work-pace.fake';

const held = { unassignedBytes: 0, assignBytes: () => 0, release: () => undefined };

/** Returns a sender that may report only `own`. */
const aSender = (fields: Partial<Sender> = {}): Sender => ({
  reporter: {
    id: 'key-1',
    isFleet: false,
    mayReplay: true,
    mayReport: (driverId) => ['own', 'new'].includes(driverId),
  },
  reporterId: 'key-1',
  idempotencyKey: null,
  isReplay: false,
  ...fields,
});

/**
 * Returns a service that takes an id as used for another record if the record's plate says so, and that has no room for
 * the driver `new`.
 *
 * @param look is awaited before each check of an id
 */
function aService(
  timeZone = 'UTC',
  look: (records: AcceptedRecord[]) => Promise<void> = () => Promise.resolve(),
) {
  const queued: AcceptedRecord[] = [];
  const isUsed = ({ plateNumber }: AcceptedRecord) => plateNumber === 'used';
  const usedIds = {
    isUsed: (record: AcceptedRecord) => Promise.resolve(isUsed(record)),
    usedAmong: (records: AcceptedRecord[]) => look(records).then(() => new Set(records.filter(isUsed))),
  } as unknown as UsedIds;
  const newDrivers = {
    isKnown: (_, driverId) => driverId !== 'new',
    refusedAmong: (_, records) => {
      const reason = { code: 'TOO_MANY_NEW_DRIVERS', errors: [{ field: 'driverID', message: 'is new' }] };
      const refused = records.filter(({ driverId }) => driverId === 'new');
      return Promise.resolve(new Map(refused.map((record) => [record, reason] as const)));
    },
  } as Partial<NewDrivers> as NewDrivers;
  const queue = {
    enqueue: (record: AcceptedRecord) => Promise.resolve(void queued.push(record)),
    enqueueAll: (records: AcceptedRecord[]) => Promise.resolve(void queued.push(...records)),
  } as RecordQueueService;
  const metrics = new IngestionMetrics();
  const config = { MAX_JSON_DEPTH: 8, MAX_RECORDS_PER_REQUEST: 2_000 } as ApiConfig;
  const service = new IngestionService(
    createFleetClock(timeZone),
    config,
    newDrivers,
    usedIds,
    queue,
    metrics,
    new RecordWarnings(metrics),
  );
  return { service, queued, metrics };
}

describe(IngestionService.name, () => {
  it("refuses a record of a driver that the sender's key is not for, and queues nothing", async () => {
    const { service, queued } = aService();
    await expect(service.accept(aWireRecord({ driverID: 'other' }), aSender())).rejects.toMatchObject({
      problem: {
        status: 403,
        code: 'DRIVER_NOT_ALLOWED',
        detail: expect.stringMatching(/^driverID is not a/) as string,
      },
    });
    expect(queued).toEqual([]);
  });

  it.each([
    ['the first pass', '2026-11-01 01:59:43', '2026-11-01T05:59:44Z', '2026-11-01T05:59:43Z'],
    ['the second pass', '2026-11-01 01:00:07', '2026-11-01T06:00:08Z', '2026-11-01T06:00:07Z'],
    ['a clock put forward too soon', '2026-03-08 02:00:10', '2026-03-08T06:00:11Z', '2026-03-08T06:00:10Z'],
    ['a clock not put forward', '2026-03-08 02:00:10', '2026-03-08T07:00:11Z', '2026-03-08T07:00:10Z'],
  ])('reads a time without offset as nearest to its arrival: %s', async (_, Time, arrivedAt, recordedAt) => {
    jest.spyOn(Date, 'now').mockReturnValue(Date.parse(arrivedAt));
    try {
      const { service, queued } = aService('America/New_York');
      await service.accept(aWireRecord({ driverID: 'own', Time }), aSender());
      expect(queued).toMatchObject([
        { recordedAtMs: Date.parse(recordedAt), receivedAtMs: Date.parse(arrivedAt) },
      ]);
    } finally {
      jest.restoreAllMocks();
    }
  });

  it('rejects only those records of a batch, and counts both kinds', async () => {
    const { service, queued, metrics } = aService();
    const batch = ['own', 'other', 'own'].map((driverID) => aWireRecord({ driverID }));
    const answer = await service.acceptAll([batch], held, aWorkPace(), aSender());
    expect(answer).toMatchObject({
      accepted: 2,
      rejected: [{ index: 1, code: 'DRIVER_NOT_ALLOWED', errors: [{ field: 'driverID' }] }],
    });
    expect(queued.map(({ driverId }) => driverId)).toEqual(['own', 'own']);
    const exposed = await metrics.registry.metrics();
    expect(exposed).toMatch(/accepted_total 2\n/);
    expect(exposed).toMatch(/rejected_total\{reason="DRIVER_NOT_ALLOWED"\} 1\n/);
  });

  it('hands every accepted record on with what it says of overspeeding, and whether it is a replay', async () => {
    const { service, queued } = aService();
    await service.accept(aWireRecord({ driverID: 'own', isOverspeed: '1' }), aSender());
    await service.accept(aWireRecord({ driverID: 'own' }), aSender());
    const batch = [aWireRecord({ driverID: 'own', isOverspeedFinished: '1', overspeedTime: '3' })];
    await service.acceptAll([batch], held, aWorkPace(), aSender({ isReplay: true }));
    expect(queued).toMatchObject([
      { overspeed: true, isReplay: false },
      { overspeed: false, isReplay: false },
      { overspeedFinished: true, isReplay: true },
    ]);
  });

  it('does not queue a record whose id was used for another one, and says which id', async () => {
    const { service, queued, metrics } = aService();
    const used = aWireRecord({ driverID: 'own', carPlateNumber: 'used', isOverspeed: '1' });
    const recordId = '3F2B8C1E-5D67-4A90-B1C2-D3E4F5A6B7C8';
    await expect(service.accept(used, aSender({ idempotencyKey: 'k'.repeat(255) }))).rejects.toMatchObject({
      problem: {
        status: 422,
        code: 'IDEMPOTENCY_KEY_REUSED',
        detail: expect.stringMatching(/^Idempotency-Key is "k{40}…", which was used before/) as string,
      },
    });
    await expect(
      service.accept({ ...used, recordId }, aSender({ idempotencyKey: 'not-looked-at' })),
    ).rejects.toMatchObject({
      problem: {
        status: 422,
        code: 'RECORD_ID_REUSED',
        detail: expect.stringMatching(/^recordId is "3f2b8c1e-5d67-4a90-b1c2-d3e4f5a6b7c8", which/) as string,
      },
    });
    const batch = [aWireRecord({ driverID: 'own' }), { ...used, recordId }, used];
    const answer = await service.acceptAll([batch], held, aWorkPace(), aSender({ idempotencyKey: 'trip-1' }));
    expect(answer.rejected).toMatchObject([
      { index: 1, code: 'RECORD_ID_REUSED', errors: [{ field: 'recordId' }] },
      { index: 2, code: 'IDEMPOTENCY_KEY_REUSED', errors: [{ field: 'Idempotency-Key' }] },
    ]);
    expect(queued).toMatchObject([{ driverId: 'own', isReplay: false }]);
    expect(await metrics.registry.metrics()).toMatch(/rejected_total\{reason="RECORD_ID_REUSED"\} 1\n/);
  });

  it('does not queue a record of a new driver beyond what is allowed, and says when to come again', async () => {
    const { service, queued } = aService();
    const record = aWireRecord({ driverID: 'new', carPlateNumber: 'used', isOverspeed: '1' });
    const tooMany = { status: 429, code: 'TOO_MANY_NEW_DRIVERS', title: 'Too many new drivers' };
    const inAnHour = expect.any(Number) as number;
    await expect(service.accept(record, aSender())).rejects.toMatchObject({
      problem: { ...tooMany, detail: 'driverID is new' },
      retryAfterSeconds: inAnHour,
    });
    const answer = await service.acceptAll(
      [[record, aWireRecord({ driverID: 'own' })]],
      held,
      aWorkPace(),
      aSender(),
    );
    expect(answer).toMatchObject({ accepted: 1, rejected: [{ index: 0, code: 'TOO_MANY_NEW_DRIVERS' }] });
    const none = await service.acceptAll([[record, record]], held, aWorkPace(), aSender());
    expect(nothingAccepted(none)).toMatchObject({ problem: tooMany, retryAfterSeconds: inAnHour });
    expect(queued).toMatchObject([{ driverId: 'own' }]);
  });

  it('queues the chunks of a request in order, whichever has its ids checked first', async () => {
    const first = Promise.withResolvers<undefined>();
    const { service, queued } = aService('UTC', (records) =>
      records[0]?.speedKmh === 0 ? first.promise : Promise.resolve(),
    );
    const batch = Array.from({ length: 620 }, (_, n) =>
      aWireRecord({ driverID: 'own', Speed: String(n / 4) }),
    );
    const answer = service.acceptAll([batch], held, aWorkPace(), aSender({ idempotencyKey: 'trip-1' }));
    await new Promise((resolve) => setImmediate(resolve));
    expect(queued).toEqual([]);
    first.resolve(undefined);
    expect(await answer).toMatchObject({ accepted: 620 });
    expect(queued.map(({ speedKmh }) => speedKmh)).toEqual(batch.map((_, n) => n / 4));
  });

  it('queues nothing behind a chunk whose ids could not be checked', async () => {
    const { service, queued } = aService('UTC', (records) =>
      records[0]?.speedKmh === 0 ? Promise.reject(new Error('away')) : Promise.resolve(),
    );
    const batch = Array.from({ length: 620 }, (_, n) =>
      aWireRecord({ driverID: 'own', Speed: String(n / 4) }),
    );
    await expect(
      service.acceptAll([batch], held, aWorkPace(), aSender({ idempotencyKey: 'trip-1' })),
    ).rejects.toMatchObject({ progress: { accepted: 0, nextIndex: 0 } });
    expect(queued).toEqual([]);
  });

  it('says what a chosen id stands for, and answers with the one that was sent', async () => {
    const { service, queued } = aService();
    const recordId = '3f2b8c1e-5d67-4a90-b1c2-d3e4f5a6b7c8';
    const record = aWireRecord({ driverID: 'own' });
    expect(await service.accept({ ...record, recordId }, aSender())).toMatchObject({ ids: [recordId] });
    const answer = await service.acceptAll(
      [[{ ...record, recordId }]],
      held,
      aWorkPace(),
      aSender({ reporterId: 'open' }),
    );
    expect(answer.ids).toEqual([recordId]);
    await service.accept(record, aSender({ idempotencyKey: 'trip-1' }));
    await service.accept(record, aSender());
    const [derived, open, keyed, made] = queued;
    expect(derived?.id).not.toBe(recordId);
    expect(open?.id).toBe(recordId);
    const content = derived?.claim?.content ?? '';
    expect(content).toMatch(/^[0-9a-f-]{36}$/);
    expect([derived?.claim, open?.claim, keyed?.claim, made?.claim]).toEqual([
      { content, sentId: recordId },
      { content, sentId: recordId },
      { content, sentId: null },
      null,
    ]);
    expect(queued.map(({ isIdChosen }) => isIdChosen)).toEqual([true, true, true, false]);
  });
});
