import type { UserRole } from '@drivewatch/contracts';
import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** Somebody who may sign in to the dashboard. */
@Entity('dashboard_user')
// The index is on lower(name), which TypeORM cannot express.
@Index('uq_dashboard_user_name', { synchronize: false })
@Check('ck_dashboard_user_role', `role IN ('viewer', 'admin')`)
export class DashboardUserEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_dashboard_user' }) id!: string;
  /** The name is unique, whether in upper or lower case. */
  @Column('text') name!: string;
  @Column('text') role!: UserRole;
  /** The hash is Argon2id, in PHC format. */
  @Column('text', { name: 'password_hash' }) passwordHash!: string;
  /** Sessions remember the version that they were made under; those with an older one have ended. */
  @Column('integer', { name: 'session_version', default: 1 }) sessionVersion!: number;
  @Column('timestamp with time zone', { name: 'created_at', default: () => 'now()' }) createdAt!: Date;
  @Column('timestamp with time zone', { name: 'changed_at', default: () => 'now()' }) changedAt!: Date;
}
