import { jobLockOptions } from './job-lock-options';

it('keeps a job for the time of its lock, and checks twice in that time for lost jobs', () => {
  expect(jobLockOptions({ JOB_LOCK_SECONDS: 7 })).toEqual({ lockDuration: 7_000, stalledInterval: 3_500 });
});
