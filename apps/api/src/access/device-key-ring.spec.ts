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
});
