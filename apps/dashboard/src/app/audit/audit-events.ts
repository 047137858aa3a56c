import {
  AUDIT_KINDS,
  AUDIT_PATH,
  type AuditEvent,
  type AuditKind,
  type AuditPage,
  auditPageSchema,
  type Problem,
} from '@drivewatch/contracts';
import { inject, Service, signal } from '@angular/core';
import { Session } from '../access/session';

/** How many events are requested at a time. */
const PAGE = 50;

/** What a person is told when the server cannot say what is wrong. */
const UNREACHABLE = 'The server cannot be reached.';
const UNREADABLE = 'The server sent an unexpected answer; load the page again.';

/** Stands for the place to go on from before anything was requested. */
const BEGIN = 'begin';

/** The part of the audit log requested so far: the newest events, and older ones each time the user asks for more. */
@Service({ autoProvided: false })
export class AuditEvents {
  private readonly session = inject(Session);
  private readonly heldEvents = signal<readonly AuditEvent[]>([]);
  private readonly heldNext = signal<string | null>(BEGIN);
  private readonly heldProblem = signal<string | null>(null);
  private readonly heldLoading = signal(false);
  private asking = new AbortController();
  private kind: AuditKind | null = null;

  /** The newest event is first. */
  readonly events = this.heldEvents.asReadonly();
  readonly next = this.heldNext.asReadonly();
  /** What to tell the person when a request failed, or `null`. */
  readonly problem = this.heldProblem.asReadonly();
  readonly isLoading = this.heldLoading.asReadonly();

  /** Starts over. @param kind only events of this kind, or `null` for all */
  begin(kind: AuditKind | null): Promise<void> {
    this.stop();
    this.kind = kind;
    this.heldEvents.set([]);
    this.heldNext.set(BEGIN);
    return this.loadMore();
  }

  /** Requests the events before those that are there. Never rejects. */
  async loadMore(): Promise<void> {
    const next = this.heldNext();
    if (next === null || this.heldLoading()) return;
    const { signal: aborted } = (this.asking = new AbortController());
    this.heldLoading.set(true);
    this.heldProblem.set(null);
    const answer = await this.ask(next, aborted);
    if (aborted.aborted) return;
    this.heldLoading.set(false);
    if (typeof answer === 'string') {
      this.heldProblem.set(answer);
      return;
    }
    this.heldEvents.update((events) => [...events, ...answer.events]);
    this.heldNext.set(answer.next);
  }

  /** Aborts the request under way. */
  stop(): void {
    this.asking.abort();
    this.heldLoading.set(false);
  }

  /** @returns a page, or what to tell the person */
  private async ask(next: string, aborted: AbortSignal): Promise<AuditPage | string> {
    const query = new URLSearchParams({
      limit: String(PAGE),
      ...(next !== BEGIN && { before: next }),
      ...(this.kind !== null && { kind: this.kind }),
    });
    try {
      const response = await fetch(`${AUDIT_PATH}?${query.toString()}`, {
        cache: 'no-store',
        signal: aborted,
      });
      // A person who has been signed out meanwhile is sent to the sign-in page.
      if (response.status === 401) await this.session.check();
      const json: unknown = await response.json();
      if (!response.ok) return `${(json as Partial<Problem>).detail ?? UNREADABLE}.`;
      const page = auditPageSchema.safeParse(json);
      return page.success ? page.data : UNREADABLE;
    } catch {
      return UNREACHABLE;
    }
  }
}

const KIND_TEXTS: Readonly<Record<AuditKind, string>> = {
  'sign-in.succeeded': 'Signed in',
  'sign-in.failed': 'Sign-in failed',
  'sign-in.refused': 'Sign-in refused',
  'session.signed-out': 'Signed out',
  'key.created': 'Key created',
  'key.rotated': 'Key replaced',
  'key.revoked': 'Key revoked',
  'user.created': 'User added',
  'user.role-changed': 'Role changed',
  'user.password-changed': 'Password changed',
  'user.removed': 'User removed',
  'driver.removed': 'Driver removed',
  'driver.erased': 'Driver erased',
  'queue.job-retried': 'Job run again',
  'queue.job-removed': 'Job removed',
  'queue.job-restored': 'Job put back',
  'queue.job-added': 'Job added',
  'queue.job-changed': 'Job changed',
  'queue.paused': 'Queue paused',
  'queue.resumed': 'Queue resumed',
  'queue.changed': 'Queue changed',
};

/** All kinds with their names, in the order in which they are offered. */
export const KIND_CHOICES = AUDIT_KINDS.map((kind) => ({ kind, text: KIND_TEXTS[kind] }));

/** @param kind may be unknown to this version */
export const kindText = (kind: string): string =>
  AUDIT_KINDS.some((one) => one === kind) ? KIND_TEXTS[kind as AuditKind] : kind;

/** Returns the details of an event, in one line: `role: admin · before: viewer`. */
export const detailText = ({ detail }: Pick<AuditEvent, 'detail'>): string =>
  Object.entries(detail ?? {})
    .map(([name, value]) => {
      const text = Array.isArray(value) ? value.join(', ') : String(value ?? '–');
      return `${name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)}: ${text}`;
    })
    .join(' · ');
