import { isIP } from 'node:net';
import { userInfo } from 'node:os';
import type { AuditDetail, AuditEvent, AuditKind } from '@drivewatch/contracts';
import type { DataSource, EntityManager } from 'typeorm';
import type { Database } from './database';

/** An event to be kept. It never holds keys, passwords, tokens or request bodies. */
export interface NewAuditEvent {
  kind: AuditKind;
  /** The person or program that did it; by default whoever works on the {@link Database}. `null` means nobody known. */
  actor?: string | null;
  /** The client's address; anything that is no IP address is left out. */
  address?: string | null;
  /** The user, key (by its ID), driver or job that it was done to. */
  subject?: string | null;
  detail?: AuditDetail | null;
}

/** Describes the events to look for. */
export interface AuditSearch {
  /** How many events are returned at most. */
  limit: number;
  /** Only events before the one with this id are returned. */
  before?: string | undefined;
  kind?: AuditKind | undefined;
}

/** @returns the user who runs a command, as the audit log names them */
export function commandActor(): string {
  try {
    return `command:${userInfo().username}`;
  } catch {
    // A container may run under a number that no user has.
    return `command:uid ${process.getuid?.() ?? '?'}`;
  }
}

/** The audit log of who did what. It can only be added to; the table refuses everything else. */
export class AuditEventRepository {
  constructor(private readonly database: Database) {}

  /** @throws the driver's error while PostgreSQL cannot be reached */
  async record(event: NewAuditEvent): Promise<void> {
    await recordAuditEvent(await this.database.connected(), this.database.actor, event);
  }

  /** @returns the newest first */
  async list({ limit, before, kind }: AuditSearch): Promise<AuditEvent[]> {
    const dataSource = await this.database.connected();
    const rows = await dataSource.query<(Omit<AuditEvent, 'occurredAt'> & { occurredAt: Date })[]>(
      `SELECT id, occurred_at AS "occurredAt", kind, actor, host(address) AS address, subject, detail
       FROM audit_event
       WHERE ($2::bigint IS NULL OR id < $2) AND ($3::text IS NULL OR kind = $3)
       ORDER BY id DESC LIMIT $1`,
      [limit, before ?? null, kind ?? null],
    );
    return rows.map((row) => ({ ...row, occurredAt: row.occurredAt.toISOString() }));
  }
}

/**
 * Adds to the audit log, in the transaction of the change that the event reports.
 *
 * @param onto the transaction's manager, or the data source where there is none
 * @param worker who works on the database
 */
export async function recordAuditEvent(
  onto: EntityManager | DataSource,
  worker: string,
  { kind, actor, address, subject, detail }: NewAuditEvent,
): Promise<void> {
  await onto.query(
    `INSERT INTO audit_event (kind, actor, address, subject, detail) VALUES ($1, $2, $3, $4, $5)`,
    [
      kind,
      actor === undefined ? worker : actor,
      ipOf(address),
      subject ?? null,
      detail === undefined || detail === null ? null : JSON.stringify(detail),
    ],
  );
}

/**
 * Returns the address if PostgreSQL can store it. A proxy may send any text, and a link-local address has a zone, which
 * PostgreSQL does not know.
 */
function ipOf(address: string | null | undefined): string | null {
  const ip = address?.replace(/%.*$/, '') ?? '';
  return isIP(ip) === 0 ? null : ip;
}
