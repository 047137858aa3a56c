import type { UserRole } from '@drivewatch/contracts';
import { DashboardUserRepository } from '@drivewatch/persistence';
import { Injectable } from '@nestjs/common';

/** Somebody who may sign in. */
export interface DashboardUser {
  readonly id: string;
  readonly name: string;
  readonly role: UserRole;
  readonly passwordHash: string;
  /** A session that was created under another version has ended. */
  readonly sessionVersion: number;
}

/** Holds all users in memory; there are so few that all are read each time. */
@Injectable()
export class DashboardUsers {
  private byId: ReadonlyMap<string, DashboardUser> = new Map();
  private byName: ReadonlyMap<string, DashboardUser> = new Map();
  private loaded = false;

  constructor(private readonly repository: DashboardUserRepository) {}

  /** Whether the users have been read at least once. */
  get isLoaded(): boolean {
    return this.loaded;
  }

  /** @param name in upper or lower case */
  named(name: string): DashboardUser | undefined {
    return this.byName.get(name.toLowerCase());
  }

  /** Returns the user whom a session belongs to, unless a change to that user has ended the session. */
  ofSession({ userId, sessionVersion }: { userId?: string; sessionVersion?: number }): DashboardUser | null {
    const user = this.byId.get(userId ?? '');
    return user !== undefined && user.sessionVersion === sessionVersion ? user : null;
  }

  /** @throws the database driver's error; the users held so far stay */
  async refresh(): Promise<void> {
    const users = await this.repository.list();
    this.byId = new Map(users.map((user) => [user.id, user]));
    this.byName = new Map(users.map((user) => [user.name.toLowerCase(), user]));
    this.loaded = true;
  }
}
