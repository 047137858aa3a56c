import { join } from 'node:path';
import { Duration, IgnoreMode, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as emr from 'aws-cdk-lib/aws-emrserverless';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import { Universal } from 'aws-cdk-lib/aws-scheduler-targets';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge';
import type { FoundationStack } from '../foundation/foundation-stack';
import type { Size } from '../sizes';
import { allowObjects } from './bucket-access';
import type { Images } from './images';

/** EMR's first release with Spark 4. */
const RELEASE = 'emr-spark-8.0.0';
const IDLE_MINUTES = 5;
const RUN_LIMIT_MINUTES = 55;
/** The archive runs every hour from its start, at whatever minute that was. */
const MINUTE_OF_HOUR = '20';
const EXECUTOR = { cores: 4, memory: '14g' };

export interface SummariesOptions {
  readonly foundation: FoundationStack;
  readonly images: Images;
  readonly size: Size;
  readonly root: string;
  /** The zone's IANA name. */
  readonly timeZone: string;
}

/** The Spark job on EMR Serverless, every hour. */
export class Summaries extends Construct {
  readonly application: emr.CfnApplication;
  private readonly program: Asset;
  private readonly modules: Asset;
  private readonly log: logs.LogGroup;

  constructor(
    scope: Construct,
    id: string,
    private readonly options: SummariesOptions,
  ) {
    super(scope, id);
    const job = join(options.root, 'tools/summaries');
    this.program = new Asset(this, 'Program', { path: join(job, 'main.py') });
    this.modules = new Asset(this, 'Modules', {
      path: job,
      ignoreMode: IgnoreMode.GIT,
      exclude: ['/*', '!/drivewatch_summaries', '__pycache__'],
    });
    this.log = new logs.LogGroup(this, 'Log', {
      retention: logs.RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const { vcpu, memoryGb, diskGb } = options.size.summaries;
    this.application = new emr.CfnApplication(this, 'Application', {
      name: 'drivewatch-summaries',
      type: 'SPARK',
      releaseLabel: RELEASE,
      architecture: 'X86_64',
      imageConfiguration: { imageUri: options.images.summaries.imageUri },
      autoStartConfiguration: { enabled: true },
      autoStopConfiguration: { enabled: true, idleTimeoutMinutes: IDLE_MINUTES },
      // This is the most that a run may cost.
      maximumCapacity: { cpu: `${vcpu} vCPU`, memory: `${memoryGb} GB`, disk: `${diskGb} GB` },
    });
    const role = this.jobRole();
    this.runEveryHour(role);
  }

  /** Returns the job's permissions: its two buckets, its own code, its log. */
  private jobRole(): iam.Role {
    const { key, buckets } = this.options.foundation;
    const role = new iam.Role(this, 'JobRole', {
      description: 'Summaries job: records, summaries, its code and its log',
      assumedBy: new iam.ServicePrincipal('emr-serverless.amazonaws.com', {
        conditions: { ArnEquals: { 'aws:SourceArn': this.application.attrArn } },
      }),
    });
    allowObjects(role, 'read and write', buckets.records, { key });
    allowObjects(role, 'read and write', buckets.published, { keys: 'summaries/*' });
    const { partition } = Stack.of(this);
    const code = [this.program, this.modules].map(
      ({ s3BucketName, s3ObjectKey }) => `arn:${partition}:s3:::${s3BucketName}/${s3ObjectKey}`,
    );
    role.addToPolicy(new iam.PolicyStatement({ actions: ['s3:GetObject'], resources: code }));
    this.log.grantWrite(role);
    role.addToPolicy(
      new iam.PolicyStatement({ actions: ['logs:DescribeLogStreams'], resources: [this.log.logGroupArn] }),
    );
    role.addToPolicy(new iam.PolicyStatement({ actions: ['logs:DescribeLogGroups'], resources: ['*'] }));
    acknowledge(role, { 'AwsSolutions-IAM5[Resource::*]': 'logs:DescribeLogGroups takes no resource' });
    return role;
  }

  private runEveryHour(role: iam.Role): void {
    const { attrApplicationId, attrArn } = this.application;
    const start = new Universal({
      service: 'emrserverless',
      action: 'startJobRun',
      policyStatements: [
        new iam.PolicyStatement({ actions: ['emr-serverless:StartJobRun'], resources: [attrArn] }),
        new iam.PolicyStatement({
          actions: ['iam:PassRole'],
          resources: [role.roleArn],
          conditions: { StringEquals: { 'iam:PassedToService': 'emr-serverless.amazonaws.com' } },
        }),
      ],
      input: scheduler.ScheduleTargetInput.fromObject({
        ApplicationId: attrApplicationId,
        // With this token the job starts only once, even if the scheduler asks twice.
        ClientToken: scheduler.ContextAttribute.executionId,
        Name: 'summaries',
        ExecutionRoleArn: role.roleArn,
        ExecutionTimeoutMinutes: RUN_LIMIT_MINUTES,
        JobDriver: {
          SparkSubmit: {
            EntryPoint: this.program.s3ObjectUrl,
            EntryPointArguments: this.jobArguments(),
            SparkSubmitParameters: this.sparkParameters(),
          },
        },
        ConfigurationOverrides: {
          MonitoringConfiguration: {
            CloudWatchLoggingConfiguration: { Enabled: true, LogGroupName: this.log.logGroupName },
          },
        },
      }),
      retryAttempts: 3,
      maxEventAge: Duration.minutes(15),
    });
    new scheduler.Schedule(this, 'EveryHour', {
      description: 'Drivewatch: summaries of the records archived since the last run',
      schedule: scheduler.ScheduleExpression.cron({ minute: MINUTE_OF_HOUR }),
      target: start,
    });
  }

  private jobArguments(): string[] {
    const { records, published } = this.options.foundation.buckets;
    return [
      '--records-bucket',
      `s3://${records.bucketName}`,
      '--public-bucket',
      `s3://${published.bucketName}`,
      '--time-zone',
      this.options.timeZone,
    ];
  }

  private sparkParameters(): string {
    const workers = Math.floor(this.options.size.summaries.vcpu / EXECUTOR.cores);
    const settings = {
      'spark.executor.cores': EXECUTOR.cores,
      'spark.executor.memory': EXECUTOR.memory,
      'spark.driver.cores': EXECUTOR.cores,
      'spark.driver.memory': EXECUTOR.memory,
      // The executors may take everything that the application may use, less the driver.
      'spark.dynamicAllocation.initialExecutors': 1,
      'spark.dynamicAllocation.maxExecutors': workers - 1,
    };
    return [
      `--py-files ${this.modules.s3ObjectUrl}`,
      ...Object.entries(settings).map(([name, value]) => `--conf ${name}=${value}`),
    ].join(' ');
  }
}
