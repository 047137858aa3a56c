import { Check, Column, Entity, PrimaryColumn, Unique } from 'typeorm';

/**
 * Records that are archived together: those with store numbers (docs/adr/0027) from `from_xid` up to, but not
 * including, `to_xid`. The row is stored before the first file is written, and fixes everything that decides the files'
 * names and bytes, so that a batch whose writer died can be written again (docs/adr/0007). Each batch begins where the
 * one before ended.
 */
@Entity('archive_batch')
@Unique('uq_archive_batch_from_xid', ['fromXid'])
@Check('ck_archive_batch_range', 'to_xid > from_xid')
export class ArchiveBatchEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_archive_batch' }) id!: string;
  @Column('bigint', { name: 'from_xid' }) fromXid!: string;
  @Column('bigint', { name: 'to_xid' }) toXid!: string;
  /** The IANA name of the zone of the folders and of the times in the files. */
  @Column('text', { name: 'time_zone' }) timeZone!: string;
  /** No file is larger than this. */
  @Column('bigint', { name: 'file_bytes' }) fileBytes!: string;
  @Column('timestamp with time zone', { name: 'planned_at', default: () => 'now()' }) plannedAt!: Date;
  /** The time is empty while the batch's files are still to be written; so are the totals below. */
  @Column('timestamp with time zone', { name: 'finished_at', nullable: true }) finishedAt!: Date | null;
  @Column('bigint', { nullable: true }) records!: string | null;
  @Column('int', { nullable: true }) files!: number | null;
  @Column('bigint', { nullable: true }) bytes!: string | null;
}
