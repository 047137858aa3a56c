import { apiEnvSchema, consumerEnvSchema, parseEnv } from './index';

const services = { DATABASE_URL: 'postgresql://localhost/d', REDIS_URL: 'redis://localhost' };

describe('times of the queue', () => {
  it('are 10 s for the lock of a job and 30 s for a queue that stands still, unless told otherwise', () => {
    expect(parseEnv(consumerEnvSchema, services).JOB_LOCK_SECONDS).toBe(10);
    expect(parseEnv(apiEnvSchema, services).QUEUE_STALLED_SECONDS).toBe(30);
    expect(parseEnv(consumerEnvSchema, { ...services, JOB_LOCK_SECONDS: '2' }).JOB_LOCK_SECONDS).toBe(2);
    expect(parseEnv(apiEnvSchema, { ...services, QUEUE_STALLED_SECONDS: '3' }).QUEUE_STALLED_SECONDS).toBe(3);
  });

  it.each(['0', '-1', '0.5', 'soon', '1000000'])('are refused as %s', (value) => {
    expect(() => parseEnv(consumerEnvSchema, { ...services, JOB_LOCK_SECONDS: value })).toThrow(
      /JOB_LOCK_SECONDS/,
    );
    expect(() => parseEnv(apiEnvSchema, { ...services, QUEUE_STALLED_SECONDS: value })).toThrow(
      /QUEUE_STALLED_SECONDS/,
    );
  });
});

it('tells a missing variable from a wrong one', () => {
  expect(() => parseEnv(consumerEnvSchema, {})).toThrow(/DATABASE_URL: is required: a postgresql:\/\/ URL/);
});
