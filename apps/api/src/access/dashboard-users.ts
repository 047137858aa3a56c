import type { UserRole } from '@drivewatch/contracts';
import { DashboardUserRepository } from '@drivewatch/persistence';
import { Injectable } from '@nestjs/common';

/** Somebody who may sign in. */
export interface DashboardUser {
  readonly id: string;
  readonly name: string;
  readonly role: UserRole;
  readonly passwordHash: string;
  /** A session that was made under another one has ended. */
  readonly sessionVersion: number;
}

/** All users, in memory; there are few, so that all are read each time. */
@Injectable()
export class DashboardUsers {
  private byId: ReadonlyMap<string, DashboardUser> = new Map();
  private byName: ReadonlyMap<string, DashboardUser> = new Map();
  private loaded = false;

  constructor(private readonly repository: DashboardUserRepository) {}

  /** Whether the users have been read at all. */
  get isLoaded(): boolean {
    return this.loaded;
  }

  /** @param name in any case */
  named(name: string): DashboardUser | undefined {
    return this.byName.get(name.toLowerCase());
  }

  /** The user whose session it is, unless it has been ended by a change of the user. */
  ofSession({ userId, sessionVersion }: { userId?: string; sessionVersion?: number }): DashboardUser | null {
    const user = this.byId.get(userId ?? '');
    return user !== undefined && user.sessionVersion === sessionVersion ? user : null;
  }

  /** @throws the driver's error; what is held stays */
  async refresh(): Promise<void> {
    const users = await this.repository.list();
    this.byId = new Map(users.map((user) => [user.id, user]));
    this.byName = new Map(users.map((user) => [user.name.toLowerCase(), user]));
    this.loaded = true;
  }
}
