import { parseEnv } from '@drivewatch/config';
import { launcherEnvSchema } from './settings';

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
});
