import { hashPassword, verifyPassword } from '@drivewatch/credentials';
import type { SignIn } from '@drivewatch/contracts';
import { Injectable } from '@nestjs/common';
import { AuditLog } from '../audit/audit-log';
import { accessUnavailable, signInFailed } from './access-errors';
import { type DashboardUser, DashboardUsers } from './dashboard-users';
import { PasswordChecks } from './password-checks';
import { SignInLimits } from './sign-in-limits';

/** Checks names and passwords, slowly for anybody who guesses. */
@Injectable()
export class SignInService {
  /** A hash that belongs to no user; it is checked for unknown names, so that they take as long as a wrong password. */
  private readonly nobodysHash = hashPassword(crypto.randomUUID());
  private readonly checks = new PasswordChecks();

  constructor(
    private readonly users: DashboardUsers,
    private readonly limits: SignInLimits,
    private readonly audit: AuditLog,
  ) {}

  /**
   * @param address the client's address
   * @throws ProblemError 401 whatever is wrong, 429 after too many failures, 503 before the users have been read
   */
  async check({ name, password }: SignIn, address: string): Promise<DashboardUser> {
    if (!this.users.isLoaded) throw accessUnavailable('Users are not known yet');
    const user = this.users.named(name);
    const actor = user?.name ?? null;
    const attempt = await this.limits.begin(name, address).catch((refusal: unknown) => {
      this.audit.noteUselessSignIn({ kind: 'sign-in.refused', actor, address });
      throw refusal;
    });
    const passwordHash = user?.passwordHash ?? (await this.nobodysHash);
    const verify = () => verifyPassword(passwordHash, password);
    let isRight: boolean;
    try {
      isRight = await this.checks.run(attempt.isAtKnownPlace, verify);
    } catch (error) {
      await attempt.takeBack();
      throw error;
    }
    if (user === undefined || !isRight) {
      this.audit.noteUselessSignIn({ kind: 'sign-in.failed', actor, address });
      throw signInFailed();
    }
    await attempt.succeed();
    return user;
  }
}
