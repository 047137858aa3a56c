import { createDeviceKey } from '@drivewatch/credentials';
import { Database, DeviceKeyRepository } from '@drivewatch/persistence';

/** The name of the simulated fleet's keys, by which anybody who lists the keys recognises them. */
const NAME = 'simulated fleet of npm start';

/** The key with which the simulated fleet reports to an API that asks for one; it is valid for one run. */
export class DemoKey {
  private constructor(
    private readonly databaseUrl: string,
    readonly key: string,
  ) {}

  /** Creates a key, and revokes those of earlier runs that were killed. */
  static async create(databaseUrl: string): Promise<DemoKey> {
    const { key, hash } = createDeviceKey();
    await withKeys(databaseUrl, async (keys) => {
      await revokeAll(keys);
      await keys.create({
        name: NAME,
        secretHash: hash,
        driverIds: null,
        mayReplay: false,
        readsLive: false,
        expiresAt: null,
      });
    });
    return new DemoKey(databaseUrl, key);
  }

  async revoke(): Promise<void> {
    await withKeys(this.databaseUrl, revokeAll);
  }
}

async function revokeAll(keys: DeviceKeyRepository): Promise<void> {
  const all = await keys.list();
  for (const { id } of all.filter(({ name, revokedAt }) => name === NAME && revokedAt === null)) {
    await keys.revoke(id);
  }
}

async function withKeys(
  databaseUrl: string,
  work: (keys: DeviceKeyRepository) => Promise<void>,
): Promise<void> {
  const database = new Database(databaseUrl, { poolSize: 1, actor: 'npm start' });
  try {
    await work(new DeviceKeyRepository(database));
  } finally {
    await database.close();
  }
}
