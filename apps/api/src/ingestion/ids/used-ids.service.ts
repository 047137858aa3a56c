import type { AcceptedRecord, IdClaim } from '@drivewatch/contracts';
import { isAnotherRecord } from '@drivewatch/persistence';
import { Injectable } from '@nestjs/common';
import { GroupCommit } from '../group-commit';
import { QueueUnavailableError } from '../ingestion-errors';
import { RedisHeadroom } from '../redis-headroom';
import { RememberedContents } from './remembered-contents';
import { StoredIds } from './stored-ids';

/** Two: one is checked in Redis while PostgreSQL looks up the other. */
const MAX_GROUPS_UNDER_WAY = 2;
/** A group may be as large as a job. */
const MAX_GROUP_SIZE = 500;
/** Fewer records are not worth a lookup of their own, just as they are not worth a job of their own. */
const MIN_SIZE_OF_SECOND_GROUP = 8;
/**
 * One request's records are a group of their own from this number on; fewer share a group with other requests.
 */
const MIN_OWN_GROUP = 100;

/** A record with a chosen id. */
export type ClaimedRecord = AcceptedRecord & { readonly claim: IdClaim };

const isClaimed = (record: AcceptedRecord): record is ClaimedRecord => Boolean(record.claim);

/**
 * Finds records whose `recordId` or `Idempotency-Key` was used for a different record before (docs/adr/0019). Redis
 * knows those of the last minutes, and PostgreSQL all that are stored. Reuse that neither knows of is found when the
 * record is stored.
 */
@Injectable()
export class UsedIds {
  private readonly groups = new GroupCommit<ClaimedRecord, boolean>((records) => this.look(records), {
    maxUnderWay: MAX_GROUPS_UNDER_WAY,
    maxGroupSize: MAX_GROUP_SIZE,
    minGroupSizeBehind: MIN_SIZE_OF_SECOND_GROUP,
  });

  constructor(
    private readonly remembered: RememberedContents,
    private readonly stored: StoredIds,
    private readonly headroom: RedisHeadroom,
  ) {}

  /**
   * Tells whether a record's id was used for a different record; if not, the id belongs to this record from now on. A
   * record that is sent again is the same record, even if the queue could not confirm it the first time.
   *
   * @throws QueueUnavailableError while Redis, and so the queue, does not answer
   */
  async isUsed(record: AcceptedRecord): Promise<boolean> {
    return isClaimed(record) && (await this.groups.add(record));
  }

  /**
   * Does the same as {@link isUsed} for up to 500 records of one request, in order.
   *
   * @returns the records whose ids were used for others
   */
  async usedAmong(records: readonly AcceptedRecord[]): Promise<ReadonlySet<AcceptedRecord>> {
    const claimed = records.filter(isClaimed);
    if (claimed.length === 0) return NONE;
    const areUsed =
      claimed.length >= MIN_OWN_GROUP
        ? await this.look(claimed)
        : await Promise.all(claimed.map((record) => this.groups.add(record)));
    return new Set(claimed.filter((_, index) => areUsed[index]));
  }

  private async look(records: readonly ClaimedRecord[]): Promise<boolean[]> {
    if (this.headroom.isShort) throw new QueueUnavailableError('Redis is nearly full');
    const uses = records.map(({ id, claim: { content } }) => ({ id, content }));
    const found = await this.remembered.remember(uses).catch((cause: unknown) => {
      throw new QueueUnavailableError('Redis did not say whether ids were used before', { cause });
    });
    const unsure = uses.filter((_, index) => found[index] !== 'same');
    const stored = unsure.length === 0 ? null : await this.stored.find(unsure.map(({ id }) => id));
    const corrections: Promise<void>[] = [];
    const areUsed = records.map((record, index) => {
      const before = stored?.get(record.id);
      if (before === undefined) return found[index] === 'other';
      // What is stored counts; Redis may have forgotten it and now remember something that came later.
      const isUsed = isAnotherRecord(record, before);
      if (isUsed || found[index] === 'other') corrections.push(this.remembered.correct(before));
      return isUsed;
    });
    // A correction that fails is repeated when the record comes again.
    await Promise.allSettled(corrections);
    return areUsed;
  }
}

const NONE: ReadonlySet<AcceptedRecord> = new Set();
