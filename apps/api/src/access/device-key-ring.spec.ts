import type { Socket } from 'node:net';
import { createDeviceKey } from '@drivewatch/credentials';
import type { DeviceKey, DeviceKeyRepository } from '@drivewatch/persistence';
import { DeviceKeyRing } from './device-key-ring';

const NOW_MS = Date.UTC(2026, 0, 1);
const aConnection = () => ({}) as Socket;

/** Returns a ring that has read these keys, and the uses that it has saved. */
async function aRing(keys: (Pick<DeviceKey, 'id' | 'ownerId' | 'secretHash'> & Partial<DeviceKey>)[]) {
  const saved: string[] = [];
  const rest = {
    driverIds: null,
    mayReplay: false,
    readsLive: false,
    expiresAt: null,
    revokedAt: null,
    lastUsedAt: null,
  };
  const ring = new DeviceKeyRing({
    changedSince: () => Promise.resolve({ keys: keys.map((key) => ({ ...rest, ...key })), cursor: '1' }),
    markUsed: (uses) => Promise.resolve(void saved.push(...uses.keys())),
  } as Partial<DeviceKeyRepository> as DeviceKeyRepository);
  await ring.refresh();
  return { ring, saved };
}

describe(DeviceKeyRing.name, () => {
  it('treats keys that replace each other as one sender, and notes the use of each', async () => {
    const [old, next] = [createDeviceKey(), createDeviceKey()];
    const { ring, saved } = await aRing([
      { id: 'old', ownerId: 'old', secretHash: old.hash, expiresAt: new Date(NOW_MS + 1) },
      { id: 'next', ownerId: 'old', secretHash: next.hash },
    ]);
    expect(ring.check(old.key, aConnection(), NOW_MS)).toMatchObject({ id: 'old' });
    expect(ring.check(next.key, aConnection(), NOW_MS)).toMatchObject({ id: 'old' });
    await ring.saveUses();
    expect(saved).toEqual(['old', 'next']);
    expect(ring.check(old.key, aConnection(), NOW_MS + 1)).toBe('expired');
    expect(ring.check(next.key, aConnection(), NOW_MS + 1)).toMatchObject({ id: 'old' });
  });

  it('tells the keys of devices and of the live feed apart', async () => {
    const [device, live] = [createDeviceKey(), createDeviceKey()];
    const { ring } = await aRing([
      { id: 'device', ownerId: 'device', secretHash: device.hash },
      { id: 'live', ownerId: 'first', secretHash: live.hash, driverIds: [], readsLive: true },
    ]);
    expect(ring.check(live.key, aConnection(), NOW_MS)).toBe('live');
    expect(ring.checkLive(live.key, aConnection(), NOW_MS)).toEqual({ id: 'live', ownerId: 'first' });
    expect(ring.checkLive(device.key, aConnection(), NOW_MS)).toBe('device');
    expect(ring.checkLive(createDeviceKey().key, aConnection(), NOW_MS)).toBe('unknown');
  });

  it('says when a key for the live feed has ended, and notes its use for as long as it is in use', async () => {
    const keys = [
      { id: 'ends', ownerId: 'ends', expiresAt: new Date(NOW_MS + 90_000) },
      { id: 'revoked', ownerId: 'revoked', revokedAt: new Date(NOW_MS) },
    ].map((key) => ({ ...key, ...createDeviceKey(), driverIds: [], readsLive: true }));
    const { ring, saved } = await aRing(keys.map(({ hash, ...key }) => ({ ...key, secretHash: hash })));
    const [ends, revoked] = keys as [(typeof keys)[0], (typeof keys)[0]];
    expect(ring.checkLive(revoked.key, aConnection(), NOW_MS)).toBe('revoked');
    expect(ring.endOf(revoked, NOW_MS)).toBe('revoked');
    expect(ring.endOf({ id: 'none', ownerId: 'none' }, NOW_MS)).toBe('unknown');
    for (const laterMs of [0, 1_000, 60_000]) {
      expect(ring.endOf(ends, NOW_MS + laterMs)).toBeNull();
      await ring.saveUses();
    }
    expect(saved).toEqual(['ends', 'ends']);
    expect(ring.endOf(ends, NOW_MS + 90_000)).toBe('expired');
    expect(ring.checkLive(ends.key, aConnection(), NOW_MS + 90_000)).toBe('expired');
  });
});
