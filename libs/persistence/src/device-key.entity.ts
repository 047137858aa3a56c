import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, Unique } from 'typeorm';

/**
 * A key with which devices send records, or services read the live feed. Only the hash of its secret is kept. Rows are
 * never deleted, only revoked.
 */
@Entity('device_key')
@Unique('uq_device_key_secret_hash', ['secretHash'])
@Index('ix_device_key_changed_at', ['changedAt'])
@Check('ck_device_key_driver_ids', 'reads_live OR cardinality(driver_ids) > 0')
@Check(
  'ck_device_key_reads_live',
  'NOT reads_live OR (driver_ids IS NOT NULL AND cardinality(driver_ids) = 0 AND NOT may_replay)',
)
export class DeviceKeyEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_device_key' }) id!: string;
  /** The first of the keys that replace each other, to which they all belong; `null` for that first key itself. */
  @Column('uuid', { name: 'owner_id', nullable: true }) ownerId!: string | null;
  @ManyToOne(() => DeviceKeyEntity)
  @JoinColumn({ name: 'owner_id', foreignKeyConstraintName: 'fk_device_key_owner_id' })
  readonly owner?: DeviceKeyEntity | null;
  /** The name is for people; keys may share one. */
  @Column('text') name!: string;
  /** The SHA-256 of the key as it is sent. */
  @Column('bytea', { name: 'secret_hash' }) secretHash!: Buffer;
  /** The drivers whose records it may send; `null` means the whole fleet. */
  @Column('text', { name: 'driver_ids', array: true, nullable: true }) driverIds!: string[] | null;
  @Column('boolean', { name: 'may_replay' }) mayReplay!: boolean;
  /** Whether it may read the live feed, and do nothing else; it has no drivers then. */
  @Column('boolean', { name: 'reads_live', default: false }) readsLive!: boolean;
  @Column('timestamp with time zone', { name: 'created_at', default: () => 'now()' }) createdAt!: Date;
  @Column('timestamp with time zone', { name: 'expires_at', nullable: true }) expiresAt!: Date | null;
  @Column('timestamp with time zone', { name: 'revoked_at', nullable: true }) revokedAt!: Date | null;
  /** The time is accurate to the minute. */
  @Column('timestamp with time zone', { name: 'last_used_at', nullable: true }) lastUsedAt!: Date | null;
  /** The last change of anything but `last_used_at`; the API looks for new values. */
  @Column('timestamp with time zone', { name: 'changed_at', default: () => 'clock_timestamp()' })
  changedAt!: Date;
}
