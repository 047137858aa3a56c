import { isIP } from 'node:net';
import { userInfo } from 'node:os';
import type { AuditDetail, AuditEvent, AuditKind } from '@drivewatch/contracts';
import type { DataSource, EntityManager } from 'typeorm';
import type { Database } from './database';

/** Something that was done and is to be kept. Never with keys, passwords, tokens or bodies of requests in it. */
export interface NewAuditEvent {
  kind: AuditKind;
  /** Who did it; whoever works on the {@link Database} where it is left out, `null`: nobody known. */
  actor?: string | null;
  /** Address of the client; what is no IP address is left out. */
  address?: string | null;
  /** Who or what it was done to: a user, the ID of a key, a driver or a job. */
  subject?: string | null;
  detail?: AuditDetail | null;
}

/** Which events are looked for. */
export interface AuditSearch {
  /** At most so many. */
  limit: number;
  /** Only events before the one of this id. */
  before?: string | undefined;
  kind?: AuditKind | undefined;
}

/** @returns who runs a command, as the audit log names them */
export function commandActor(): string {
  try {
    return `command:${userInfo().username}`;
  } catch {
    // A container may run under a number that nobody has.
    return `command:uid ${process.getuid?.() ?? '?'}`;
  }
}

/** The audit log: who did what. Only added to; the table refuses everything else. */
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
 * Adds to the audit log, in a transaction of whatever it tells of.
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

/** A proxy may name anything, and a link-local address has a zone, which PostgreSQL does not know. */
function ipOf(address: string | null | undefined): string | null {
  const ip = address?.replace(/%.*$/, '') ?? '';
  return isIP(ip) === 0 ? null : ip;
}
