import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/**
 * One stored driving record. Columns for the fields of `DrivingRecord` have the same names in snake_case, which is how
 * the repository finds them; the last two are the store's own. (driver_id, recorded_at) is not unique: real devices
 * report several events within a second, and byte-identical rows are separate records.
 */
@Entity('driving_record')
@Index('ix_driving_record_driver_time', ['driverId', 'recordedAt'])
@Index('ix_driving_record_stored_xid', ['storedXid'])
export class DrivingRecordEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_driving_record' }) id!: string;
  @Column('text', { name: 'driver_id' }) driverId!: string;
  @Column('text', { name: 'plate_number' }) plateNumber!: string;
  @Column('double precision', { name: 'latitude_deg', nullable: true }) latitudeDeg!: number | null;
  @Column('double precision', { name: 'longitude_deg', nullable: true }) longitudeDeg!: number | null;
  @Column('double precision', { name: 'speed_kmh', nullable: true }) speedKmh!: number | null;
  @Column('double precision', { name: 'heading_deg', nullable: true }) headingDeg!: number | null;
  @Column('text', { name: 'site_name' }) siteName!: string;
  /** The time is part of the key because partitions are ranges of its UTC days (docs/adr/0013). */
  @PrimaryColumn('timestamp with time zone', {
    name: 'recorded_at',
    primaryKeyConstraintName: 'pk_driving_record',
  })
  recordedAt!: Date;
  @Column('boolean', { name: 'rapid_speedup' }) rapidSpeedup!: boolean;
  @Column('boolean', { name: 'rapid_slowdown' }) rapidSlowdown!: boolean;
  @Column('boolean', { name: 'neutral_slide' }) neutralSlide!: boolean;
  @Column('boolean', { name: 'neutral_slide_finished' }) neutralSlideFinished!: boolean;
  @Column('double precision', { name: 'neutral_slide_seconds' }) neutralSlideSeconds!: number;
  @Column('boolean', { name: 'overspeed' }) overspeed!: boolean;
  @Column('boolean', { name: 'overspeed_finished' }) overspeedFinished!: boolean;
  @Column('double precision', { name: 'overspeed_seconds' }) overspeedSeconds!: number;
  @Column('boolean', { name: 'fatigue_driving' }) fatigueDriving!: boolean;
  @Column('boolean', { name: 'throttle_stop' }) throttleStop!: boolean;
  @Column('boolean', { name: 'oil_leak' }) oilLeak!: boolean;
  /** The time when the API accepted it; unknown for records from before it was kept. */
  @Column('timestamp with time zone', { name: 'received_at', nullable: true }) receivedAt!: Date | null;
  @Column('timestamp with time zone', { name: 'stored_at', default: () => 'now()' }) storedAt!: Date;
  /**
   * The number of the store that the record came with, which decides what is new since the last tick (docs/adr/0027).
   */
  @Column({ type: 'bigint', name: 'stored_xid', insert: false }) storedXid!: string;
}
