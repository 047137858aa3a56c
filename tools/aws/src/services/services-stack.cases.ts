import { Match, type Template } from 'aws-cdk-lib/assertions';
import { apiEnvSchema, authenticationOf, consumerEnvSchema, sendsCookiesSecurely } from '@drivewatch/config';
import { propertiesOf, templatesOf } from '../../test/synthesised';
import { SIZES } from '../sizes';

interface Container {
  Name: string;
  Image: unknown;
  Command?: string[];
  User?: string;
  Essential: boolean;
  ReadonlyRootFilesystem: boolean;
  StopTimeout: number;
  Environment?: { Name: string; Value: unknown }[];
  Secrets?: { Name: string; ValueFrom: unknown }[];
  DependsOn?: { ContainerName: string; Condition: string }[];
}

/** What AWS fills in for values that are known only once a resource exists. */
const SECRETS: Readonly<Record<string, string>> = {
  DATABASE_URL: 'postgresql://drivewatch:secret@db.example:5432/drivewatch?sslmode=verify-full',
  REDIS_URL: 'rediss+cluster://drivewatch:secret@redis.example:6379',
  SESSION_SECRET: 's'.repeat(64),
  METRICS_TOKEN: 't'.repeat(64),
};

describe.each(['small', 'large'] as const)('the services of size %s', (size) => {
  let services: Template;
  beforeAll(() => {
    services = templatesOf(size).services;
  });

  const containersOf = (app: 'Api' | 'Consumer'): Container[] => {
    const definitions = propertiesOf<{ ContainerDefinitions: Container[] }>(
      services,
      'AWS::ECS::TaskDefinition',
    );
    const [, definition] = Object.entries(definitions).find(([id]) => id.startsWith(`${app}Task`)) ?? [];
    return definition?.ContainerDefinitions ?? [];
  };
  const containerOf = (app: 'Api' | 'Consumer', name: string): Container => {
    const found = containersOf(app).find(({ Name }) => Name === name);
    if (found === undefined) throw new Error(`${app} has no container ${name}`);
    return found;
  };
  const environmentOf = (app: 'Api' | 'Consumer'): Record<string, string> => {
    const { Environment = [], Secrets = [] } = containerOf(app, 'app');
    return Object.fromEntries([
      ...Environment.map(({ Name, Value }) => [Name, filledIn(Value)] as const),
      ...Secrets.map(({ Name }) => [Name, SECRETS[Name] ?? ''] as const),
    ]);
  };

  it('get their new version in an upgrade in an order in which no consumer is older than an API', () => {
    const found = Object.entries(services.findResources('AWS::ECS::Service')) as [
      string,
      { DependsOn?: string[] },
    ][];
    const [consumer] = found.find(([id]) => id.startsWith('Consumer')) ?? [];
    const [, api] = found.find(([id]) => id.startsWith('Api')) ?? [];
    expect(api?.DependsOn).toContain(consumer);
  });

  it('start an API whose settings pass its own check, with sign-in and keys required', () => {
    const config = apiEnvSchema.parse(environmentOf('Api'));
    expect(authenticationOf(config)).toBe('on');
    expect(sendsCookiesSecurely(config)).toBe(true);
    expect(config).toMatchObject({ HOST: '0.0.0.0', TRUST_PROXY: ['10.40.0.0/16'], FLEET_TIME_ZONE: 'UTC' });
    expect(config.PUBLIC_BUCKET).toMatch(/^s3:\/\//);
    expect(config.CDN_URL).toMatch(/^https:\/\//);
    // CloudFront passes on as Host the name that it is requested by.
    expect(config.ALLOWED_HOSTS).toEqual([new URL(config.CDN_URL).hostname]);
  });

  it('start consumers whose settings pass their own check, and which archive to the private bucket', () => {
    const config = consumerEnvSchema.parse(environmentOf('Consumer'));
    expect(config.RECORDS_BUCKET).toMatch(/^s3:\/\//);
    expect(config.ARCHIVE_EVERY).toBe(3_600_000);
    expect(config.RETENTION_DAYS).toBe(SIZES[size].retentionDays);
  });

  it.each(['Api', 'Consumer'] as const)(
    'vouch to the %s for MemoryDB, which does not tell what it keeps',
    (app) => {
      expect(environmentOf(app)).toHaveProperty('REDIS_DURABILITY', 'vouched');
    },
  );

  it.each(['Api', 'Consumer'] as const)(
    'hand secrets to the %s by reference, and none in its environment',
    (app) => {
      const container = containerOf(app, 'app');
      const names = container.Secrets?.map(({ Name }) => Name) ?? [];
      expect(names).toEqual(expect.arrayContaining(['DATABASE_URL', 'REDIS_URL']));
      const plain = container.Environment?.map(({ Name }) => Name) ?? [];
      expect(plain.filter((name) => name in SECRETS)).toEqual([]);
    },
  );

  it.each(['Api', 'Consumer'] as const)('have the %s check the certificate of PostgreSQL', (app) => {
    const certificates = containerOf(app, 'certificates');
    const [pem] = certificates.Environment?.filter(({ Name }) => Name === 'CERTIFICATES') ?? [];
    expect(pem?.Value).toMatch(/^-----BEGIN CERTIFICATE-----[^]+-----END CERTIFICATE-----$/);
    for (const name of ['migrate', 'app']) {
      const file = containerOf(app, name).Environment?.find(({ Name }) => Name === 'NODE_EXTRA_CA_CERTS');
      expect(certificates.Command?.join(' ')).toContain(`'${String(file?.Value)}'`);
    }
  });

  it.each(['Api', 'Consumer'] as const)('bring the schema up to date before the %s starts', (app) => {
    expect(containerOf(app, 'migrate')).toMatchObject({
      // The consumers' image contains the migrations.
      Image: containerOf('Consumer', 'app').Image,
      Command: ['dist/apps/consumer/migrate/main.mjs'],
    });
    expect(containerOf(app, 'migrate').DependsOn).toEqual([
      { ContainerName: 'certificates', Condition: 'SUCCESS' },
    ]);
    expect(containerOf(app, 'app').DependsOn).toEqual([{ ContainerName: 'migrate', Condition: 'SUCCESS' }]);
  });

  it.each(['Api', 'Consumer'] as const)('let the %s write nothing, and end in its own time', (app) => {
    for (const { Name, ReadonlyRootFilesystem, StopTimeout, User } of containersOf(app)) {
      expect({ Name, ReadonlyRootFilesystem }).toEqual({ Name, ReadonlyRootFilesystem: true });
      // The apps end within 10 s.
      expect(StopTimeout).toBeGreaterThanOrEqual(20);
      if (Name !== 'certificates') expect(User).toBeUndefined();
    }
  });

  it('roll out new tasks before old ones end, and go back when they do not start', () => {
    services.allResourcesProperties('AWS::ECS::Service', {
      DeploymentConfiguration: {
        MinimumHealthyPercent: 100,
        MaximumPercent: 200,
        DeploymentCircuitBreaker: { Enable: true, Rollback: true },
      },
      NetworkConfiguration: { AwsvpcConfiguration: { AssignPublicIp: 'DISABLED' } },
    });
  });

  it('have at least two of each, more APIs as processors get busy and more consumers as the queue ages', () => {
    const { api, consumer } = SIZES[size];
    for (const { minTasks, maxTasks } of [api, consumer]) {
      expect(minTasks).toBeGreaterThanOrEqual(2);
      services.hasResourceProperties('AWS::ApplicationAutoScaling::ScalableTarget', {
        MinCapacity: minTasks,
        MaxCapacity: maxTasks,
      });
    }
    services.hasResourceProperties('AWS::ApplicationAutoScaling::ScalingPolicy', {
      TargetTrackingScalingPolicyConfiguration: {
        PredefinedMetricSpecification: { PredefinedMetricType: 'ECSServiceAverageCPUUtilization' },
      },
    });
    services.hasResourceProperties('AWS::CloudWatch::Alarm', {
      Namespace: 'Drivewatch',
      MetricName: 'QueueOldestWaitingSeconds',
      AlarmActions: [{ Ref: Match.stringLikeRegexp('^ConsumerServiceTaskCountTargetQueueAgeUpper') }],
    });
  });

  it('are asked whether they are alive, not whether PostgreSQL is, and may finish their requests', () => {
    services.hasResourceProperties('AWS::ElasticLoadBalancingV2::TargetGroup', {
      HealthCheckPath: '/health/live',
      TargetGroupAttributes: Match.arrayWith([
        { Key: 'deregistration_delay.timeout_seconds', Value: '20' },
        { Key: 'stickiness.enabled', Value: 'true' },
      ]),
    });
  });
});

/** Returns a value of a template with a substitute for each name that is not known yet. */
function filledIn(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) throw new Error(`${String(value)} is no value`);
  if ('Fn::Join' in value) {
    const [separator, parts] = value['Fn::Join'] as [string, unknown[]];
    return parts.map(filledIn).join(separator);
  }
  return 'Ref' in value && value.Ref === 'FleetTimeZone' ? 'UTC' : 'name.of.something';
}
