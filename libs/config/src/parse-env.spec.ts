import { apiEnvSchema } from './environment';
import { InvalidEnvironmentError, parseEnv } from './parse-env';

const services = { DATABASE_URL: 'postgresql://u:secret@localhost/d', REDIS_URL: 'redis://localhost:6379' };

describe(parseEnv.name, () => {
  it('fills in defaults, also for variables set to nothing', () => {
    expect(parseEnv(apiEnvSchema, { ...services, PORT: '' })).toMatchObject({
      HOST: '127.0.0.1',
      PORT: 8080,
      TICK_SECONDS: 30,
      FLEET_TIME_ZONE: 'UTC',
    });
  });

  it('names every wrong variable at once and shows no value', () => {
    const env = {
      DATABASE_URL: 'mysql://u:secret@localhost/d',
      PORT: '99999',
      FLEET_TIME_ZONE: 'Mars/Olympus',
    };
    const parse = () => parseEnv(apiEnvSchema, env);
    expect(parse).toThrow(InvalidEnvironmentError);
    expect(parse).toThrow(/DATABASE_URL: must be a postgresql:\/\/ URL/);
    expect(parse).toThrow(/PORT: /);
    expect(parse).toThrow(/REDIS_URL: /);
    expect(parse).toThrow(/FLEET_TIME_ZONE: must be an IANA time zone name/);
    expect(parse).not.toThrow(/secret|99999|Mars/);
  });
});
