import { createDeviceKey, hashDeviceKey, hashPassword } from '@drivewatch/credentials';
import type { UserRole } from '@drivewatch/contracts';
import {
  DashboardUserRepository,
  type Database,
  DeviceKeyRepository,
  type NewDeviceKey,
} from '@drivewatch/persistence';

/** Makes the API of a stack require keys and sign-in. */
export const AUTH_ENV = { AUTH: 'on', SESSION_SECRET: 'a secret of the tests, forty characters long' };

export interface TestUser {
  name: string;
  password: string;
  role: UserRole;
}

/** The keys and users of a stack. */
export interface StackAccessOptions {
  users?: TestUser[];
  /** A key known beforehand for the whole fleet, also for replay. */
  fleetKey?: string;
  /** A key known beforehand for these drivers alone. */
  driverKey?: { readonly key: string; readonly driverIds: readonly string[] };
}

/** Makes keys and users of a stack, as the commands do. */
export class StackAccess {
  readonly keys: DeviceKeyRepository;
  readonly users: DashboardUserRepository;

  constructor(database: Database) {
    this.keys = new DeviceKeyRepository(database);
    this.users = new DashboardUserRepository(database);
  }

  /** @param options those of the key; by default for the whole fleet and for ever @returns the key and its id */
  async addKey(
    options: Partial<Omit<NewDeviceKey, 'secretHash'>> & { key?: string } = {},
  ): Promise<{ id: string; key: string }> {
    const { key = createDeviceKey().key, ...rest } = options;
    const defaults = { name: 'test', driverIds: null, mayReplay: false, readsLive: false, expiresAt: null };
    return { key, id: await this.keys.create({ ...defaults, ...rest, secretHash: hashDeviceKey(key) }) };
  }

  /** @param options those of the key; by default for ever @returns a key for the live feed, and its id */
  addLiveKey(
    options: Partial<Pick<NewDeviceKey, 'name' | 'expiresAt'>> = {},
  ): Promise<{ id: string; key: string }> {
    return this.addKey({ driverIds: [], readsLive: true, ...options });
  }

  async addUser({ name, password, role }: TestUser): Promise<void> {
    await this.users.add({ name, role, passwordHash: await hashPassword(password) });
  }

  async add({ users = [], fleetKey, driverKey }: StackAccessOptions): Promise<void> {
    for (const user of users) await this.addUser(user);
    if (fleetKey !== undefined) await this.addKey({ key: fleetKey, mayReplay: true });
    if (driverKey !== undefined)
      await this.addKey({ key: driverKey.key, driverIds: [...driverKey.driverIds] });
  }
}
