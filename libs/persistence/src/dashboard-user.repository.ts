import { randomUUID } from 'node:crypto';
import type { UserRole } from '@drivewatch/contracts';
import { QueryFailedError } from 'typeorm';
import { DashboardUserEntity } from './dashboard-user.entity';
import type { Database } from './database';

const UNIQUE_VIOLATION = '23505';

/** There is a user of that name, upper and lower case being the same. */
export class UserExistsError extends Error {
  override readonly name = 'UserExistsError';
}

/** Those who may sign in. Names are the same in upper and lower case. */
export class DashboardUserRepository {
  constructor(private readonly database: Database) {}

  /** @param user whose password is hashed already @throws UserExistsError */
  async add(user: { name: string; role: UserRole; passwordHash: string }): Promise<void> {
    try {
      await (await this.repository()).insert({ id: randomUUID(), ...user });
    } catch (error) {
      const { code } = error instanceof QueryFailedError ? (error.driverError as { code?: string }) : {};
      if (code !== UNIQUE_VIOLATION) throw error;
      throw new UserExistsError(`There is a user ${user.name} already`, { cause: error });
    }
  }

  /** All of them, by name. */
  async list(): Promise<DashboardUserEntity[]> {
    return (await this.repository()).createQueryBuilder('user').orderBy('lower(user.name)').getMany();
  }

  /** Changes the password or the role and ends the user's sessions. @returns whether there is such a user */
  async change(name: string, change: { passwordHash: string } | { role: UserRole }): Promise<boolean> {
    const { affected } = await (
      await this.repository()
    )
      .createQueryBuilder()
      .update()
      .set({ ...change, sessionVersion: () => 'session_version + 1', changedAt: () => 'now()' })
      .where('lower(name) = lower(:name)', { name })
      .execute();
    return affected === 1;
  }

  /** @returns whether there was such a user */
  async remove(name: string): Promise<boolean> {
    const { affected } = await (
      await this.repository()
    )
      .createQueryBuilder()
      .delete()
      .where('lower(name) = lower(:name)', { name })
      .execute();
    return affected === 1;
  }

  private async repository() {
    return (await this.database.connected()).getRepository(DashboardUserEntity);
  }
}
