import { apiEnvSchema, consumerEnvSchema, launcherEnvSchema, parseEnv } from './index';

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

describe('what npm start reads', () => {
  const problemsOf = (env: Record<string, string>): string => {
    try {
      parseEnv(launcherEnvSchema, env);
    } catch (error) {
      return (error as Error).message;
    }
    return '';
  };

  it('is right with nothing set', () => {
    expect(problemsOf({})).toBe('');
  });

  it('is checked for all that it starts, a line for each problem with what is allowed, all at once', () => {
    const env = {
      RETENTION_DAYS: '0',
      LOG_LEVEL: 'loud',
      PORT: 'http',
      REDIS_URL: 'http://:hunter2@cache',
      QUEUE_MAX: '0.5',
      REDIS_DURABILITY: 'yes',
      SPARK_DRIVER_MEMORY: 'lots',
      AUTH: 'on',
    };
    expect(problemsOf(env).split('\n').slice(1).sort()).toEqual([
      '  LOG_LEVEL: must be one of fatal, error, warn, info, debug, trace',
      '  PORT: must be a whole number from 0 to 65535',
      '  QUEUE_MAX: must be a whole number, at least 1',
      '  REDIS_DURABILITY: must be one of checked, vouched',
      expect.stringMatching(/^ {2}REDIS_URL: must be a redis:\/\/ or rediss:\/\/ URL/),
      '  RETENTION_DAYS: must be a whole number from 1 to 36500',
      expect.stringMatching(/^ {2}SESSION_SECRET: is required because authentication is on/),
      '  SPARK_DRIVER_MEMORY: must be a number with m or g, such as 4g',
    ]);
  });

  it('is told as missing where it is, by programs that need it', () => {
    expect(() => parseEnv(consumerEnvSchema, {})).toThrow(/DATABASE_URL: is required: a postgresql:\/\/ URL/);
  });
});
