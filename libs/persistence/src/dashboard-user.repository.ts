import { randomUUID } from 'node:crypto';
import type { UserRole } from '@drivewatch/contracts';
import { type EntityManager, QueryFailedError } from 'typeorm';
import { type NewAuditEvent, recordAuditEvent } from './audit-event.repository';
import { DashboardUserEntity } from './dashboard-user.entity';
import type { Database } from './database';

const UNIQUE_VIOLATION = '23505';

/** Thrown when there is a user of that name already; upper and lower case make no difference. */
export class UserExistsError extends Error {
  override readonly name = 'UserExistsError';
}

/** Stores the users who may sign in. Names are the same in upper and lower case. Every change is in the audit log. */
export class DashboardUserRepository {
  constructor(private readonly database: Database) {}

  /** @param user whose password is hashed already @throws UserExistsError */
  async add(user: { name: string; role: UserRole; passwordHash: string }): Promise<void> {
    try {
      await this.inTransaction(async (manager, record) => {
        await manager.insert(DashboardUserEntity, { id: randomUUID(), ...user });
        await record({ kind: 'user.created', subject: user.name, detail: { role: user.role } });
      });
    } catch (error) {
      const { code } = error instanceof QueryFailedError ? (error.driverError as { code?: string }) : {};
      if (code !== UNIQUE_VIOLATION) throw error;
      throw new UserExistsError(`There is a user ${user.name} already`, { cause: error });
    }
  }

  /** Returns all users, by name. */
  async list(): Promise<DashboardUserEntity[]> {
    return (await this.repository()).createQueryBuilder('user').orderBy('lower(user.name)').getMany();
  }

  /** Changes the password or the role and ends the user's sessions. @returns whether there is such a user */
  async change(name: string, change: { passwordHash: string } | { role: UserRole }): Promise<boolean> {
    return this.inTransaction(async (manager, record) => {
      const user = await lockNamed(manager, name);
      if (user === null) return false;
      await manager.update(
        DashboardUserEntity,
        { id: user.id },
        { ...change, sessionVersion: () => 'session_version + 1', changedAt: () => 'now()' },
      );
      await record(
        'role' in change
          ? {
              kind: 'user.role-changed',
              subject: user.name,
              detail: { role: change.role, before: user.role },
            }
          : { kind: 'user.password-changed', subject: user.name },
      );
      return true;
    });
  }

  /** @returns whether there was such a user */
  async remove(name: string): Promise<boolean> {
    return this.inTransaction(async (manager, record) => {
      const user = await lockNamed(manager, name);
      if (user === null) return false;
      await manager.delete(DashboardUserEntity, { id: user.id });
      await record({ kind: 'user.removed', subject: user.name, detail: { role: user.role } });
      return true;
    });
  }

  /** @param work makes the change and records it, both or neither */
  private async inTransaction<T>(
    work: (manager: EntityManager, record: (event: NewAuditEvent) => Promise<void>) => Promise<T>,
  ): Promise<T> {
    return (await this.database.connected()).transaction((manager) =>
      work(manager, (event) => recordAuditEvent(manager, this.database.actor, event)),
    );
  }

  private async repository() {
    return (await this.database.connected()).getRepository(DashboardUserEntity);
  }
}

const lockNamed = (manager: EntityManager, name: string): Promise<DashboardUserEntity | null> =>
  manager
    .createQueryBuilder(DashboardUserEntity, 'user')
    .setLock('pessimistic_write')
    .where('lower(user.name) = lower(:name)', { name })
    .getOne();
