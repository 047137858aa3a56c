import { Check, Column, Entity, PrimaryColumn } from 'typeorm';

/** The one row that says up to which store number records have been sent to the dashboards. */
@Entity('tick_cursor')
@Check('ck_tick_cursor_single', 'id = 1')
export class TickCursorEntity {
  @PrimaryColumn('smallint', { primaryKeyConstraintName: 'pk_tick_cursor', default: 1 }) id!: number;
  /** Records with smaller store numbers have been in a tick; those with this one and larger ones have not. */
  @Column('bigint', { name: 'next_xid' }) nextXid!: string;
  @Column('timestamp with time zone', { name: 'ticked_at', default: () => 'now()' }) tickedAt!: Date;
  /** The tick time for which the cursor was last moved, a multiple of the period. */
  @Column('timestamp with time zone', { name: 'ticked_for' }) tickedFor!: Date;
}
