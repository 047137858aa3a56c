import { AuditEventRepository, type NewAuditEvent } from '@drivewatch/persistence';
import { type BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';
import { SignInEvents, type UselessSignIn } from './sign-in-events';

/** How many events may wait for PostgreSQL at a time; further ones go only to the program's log. */
const MAX_WAITING = 100;

/**
 * Records who did what, as a line of the program's log and a row of the audit log. Nothing waits for it, and nothing
 * fails because of it.
 */
@Injectable()
export class AuditLog implements BeforeApplicationShutdown {
  private readonly logger = new Logger(AuditLog.name);
  private readonly signIns = new SignInEvents((event) => {
    this.note(event);
  });
  private readonly waiting = new Set<Promise<void>>();

  constructor(private readonly events: AuditEventRepository) {}

  async beforeApplicationShutdown(): Promise<void> {
    this.signIns.flush();
    await Promise.all(this.waiting);
  }

  /** @param event free of keys, passwords, tokens and request bodies */
  note(event: NewAuditEvent): void {
    const { kind, ...facts } = event;
    this.logger.log({ message: kind, ...facts });
    if (this.waiting.size >= MAX_WAITING) {
      this.tellOfLoss(event, new Error(`${MAX_WAITING} events wait for PostgreSQL already`));
      return;
    }
    const stored = this.events
      .record(event)
      .catch((error: unknown) => {
        this.tellOfLoss(event, error);
      })
      .finally(() => this.waiting.delete(stored));
    this.waiting.add(stored);
  }

  /** Notes a failed or refused attempt to sign in; many of them may share one event. */
  noteUselessSignIn(attempt: UselessSignIn): void {
    this.signIns.note(attempt);
  }

  private tellOfLoss({ kind, actor, address, subject }: NewAuditEvent, error: unknown): void {
    const message = `${kind} is in this log alone, not in audit_event: ${error instanceof Error ? error.message : String(error)}`;
    this.logger.error({ message, actor, address, subject });
  }
}
