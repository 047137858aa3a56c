import type { ConsumerConfig } from '@drivewatch/config';
import type { WorkerOptions } from 'bullmq';

/** Returns how long a job stays with a consumer that gives no sign of life; the lock is checked twice in that time. */
export const jobLockOptions = ({
  JOB_LOCK_SECONDS,
}: Pick<ConsumerConfig, 'JOB_LOCK_SECONDS'>): Pick<WorkerOptions, 'lockDuration' | 'stalledInterval'> => ({
  lockDuration: JOB_LOCK_SECONDS * 1_000,
  stalledInterval: JOB_LOCK_SECONDS * 500,
});
