import { Match, type Template } from 'aws-cdk-lib/assertions';
import { propertiesOf, templatesOf } from '../../test/synthesised';

interface Statement {
  Action: string | string[];
  Resource: unknown;
  Condition?: unknown;
}

describe('summaries, roles and alarms', () => {
  let services: Template;
  beforeAll(() => {
    services = templatesOf('small').services;
  });

  const statementsOf = (role: RegExp): { action: string; resource: string }[] => {
    const all = propertiesOf<{ PolicyDocument: { Statement: Statement[] } }>(services, 'AWS::IAM::Policy');
    const policies = Object.entries(all).filter(([id]) => role.test(id));
    expect(policies).toHaveLength(1);
    const statements = policies.flatMap(([, policy]) => policy.PolicyDocument.Statement);
    return statements.flatMap(({ Action, Resource }) =>
      [Action]
        .flat()
        .flatMap((action) => [Resource].flat().map((one) => ({ action, resource: JSON.stringify(one) }))),
    );
  };

  describe('the summaries', () => {
    it('are computed by Spark 4 on EMR Serverless, which stops when it is idle and has a limit', () => {
      services.hasResourceProperties('AWS::EMRServerless::Application', {
        Type: 'SPARK',
        ReleaseLabel: 'emr-spark-8.0.0',
        AutoStopConfiguration: { Enabled: true, IdleTimeoutMinutes: 5 },
        MaximumCapacity: Match.anyValue(),
      });
    });

    it('are started every hour, with the program, its modules and the arguments that it takes', () => {
      services.hasResourceProperties('AWS::Scheduler::Schedule', {
        ScheduleExpression: 'cron(20 * * * ? *)',
        State: 'ENABLED',
        Target: { Arn: Match.anyValue(), RetryPolicy: { MaximumRetryAttempts: 3 } },
      });
      const schedules = JSON.stringify(services.findResources('AWS::Scheduler::Schedule'));
      for (const word of [
        'emrserverless:startJobRun',
        '--records-bucket',
        '--public-bucket',
        '--time-zone',
        '.py',
        '--py-files',
        'maxExecutors=1',
      ]) {
        expect(schedules).toContain(word);
      }
    });

    it('may read and write their own: records, summaries, log; and read their code', () => {
      const statements = statementsOf(/^SummariesJobRole/);
      const writes = statements
        .filter(({ action }) => action === 's3:PutObject')
        .map(({ resource }) => resource);
      expect(writes).toHaveLength(2);
      expect(writes.filter((resource) => resource.includes('/summaries/*'))).toHaveLength(1);
      expect(statements.filter(({ action }) => action.endsWith('*'))).toEqual([]);
    });
  });

  it('let the API read the public bucket and nothing else', () => {
    const actions = new Set(statementsOf(/^ApiTaskDefinitionTaskRole/).map(({ action }) => action));
    expect([...actions].sort()).toEqual(['s3:GetObject', 's3:ListBucket']);
  });

  it('let consumers write records and nothing else', () => {
    const statements = statementsOf(/^ConsumerTaskDefinitionTaskRole/);
    const objects = statements.filter(({ action }) => /^s3:\w+Object$/.test(action));
    expect([...new Set(objects.map(({ action }) => action))].sort()).toEqual([
      's3:DeleteObject',
      's3:GetObject',
      's3:PutObject',
    ]);
    for (const { resource } of objects)
      expect(resource).toMatch(/\/(record(s|-ids)\/\*|archive-time-zones\.json)"/);
    expect(objects.filter(({ resource }) => resource.includes('/records/*'))).toHaveLength(3);
    expect(objects.filter(({ resource }) => resource.includes('/record-ids/*'))).toHaveLength(3);
    expect(objects.filter(({ resource }) => resource.includes('/archive-time-zones.json'))).toHaveLength(3);
  });

  it.each([
    [
      'the age of the queue, also when nobody tells it',
      { MetricName: 'QueueOldestWaitingSeconds', Threshold: 60, TreatMissingData: 'breaching' },
    ],
    ['a queue that stands still', { MetricName: 'QueueStalledSeconds', Threshold: 60 }],
    ['failed jobs', { MetricName: 'QueueFailedJobs', Threshold: 0 }],
    [
      'an archive that fails three times',
      {
        MetricName: 'ArchiveFailedRuns',
        Threshold: 3,
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      },
    ],
    ['records that are not archived for long', { MetricName: 'ArchiveBacklogSeconds', Threshold: 10_800 }],
    ['days that the bucket does not hold', { MetricName: 'ArchiveDifferingDays', Threshold: 0 }],
    [
      'summaries that are old, also when there are none',
      { MetricName: 'SummariesAgeSeconds', Threshold: 10_800, TreatMissingData: 'breaching' },
    ],
    ['ticks that do not come', { MetricName: 'TickDelaySeconds', Threshold: 120 }],
    [
      'answers with 5xx',
      { Metrics: Match.arrayWith([Match.objectLike({ Expression: Match.stringLikeRegexp('/ requests$') })]) },
    ],
    [
      'storage of PostgreSQL',
      {
        MetricName: 'FreeStorageSpace',
        ComparisonOperator: 'LessThanThreshold',
        Threshold: 100 * 1024 ** 3 * 0.15,
      },
    ],
    ['memory of Redis', { MetricName: 'DatabaseMemoryUsagePercentage', Threshold: 80 }],
  ])('tell somebody of %s', (_, properties) => {
    const told = [{ Ref: Match.stringLikeRegexp('^AlarmsTopic') }];
    services.hasResourceProperties('AWS::CloudWatch::Alarm', {
      ...properties,
      AlarmActions: told,
      OKActions: told,
    });
  });

  it('notify somebody of a failed run of the summaries', () => {
    services.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: { source: ['aws.emr-serverless'], detail: { state: ['FAILED', 'CANCELLED'] } },
      Targets: [Match.objectLike({ Arn: { Ref: Match.stringLikeRegexp('^AlarmsTopic') } })],
    });
    services.hasResourceProperties('AWS::SNS::Subscription', { Protocol: 'email' });
  });

  it('read the metrics of every API each minute', () => {
    services.hasResourceProperties('AWS::Scheduler::Schedule', { ScheduleExpression: 'rate(1 minute)' });
    services.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: { API_NAME: 'api.drivewatch.internal', API_PORT: '8080' } },
    });
    services.hasResourceProperties('AWS::ServiceDiscovery::PrivateDnsNamespace', {
      Name: 'drivewatch.internal',
    });
  });
});
