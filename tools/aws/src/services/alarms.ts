import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as events from 'aws-cdk-lib/aws-events';
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sns from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { HttpCodeElb, HttpCodeTarget } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Construct } from 'constructs';
import type { FoundationStack } from '../foundation/foundation-stack';
import type { Size } from '../sizes';
import type { ApiService } from './api-service';
import { MetricsReader } from './metrics-reader';
import type { Summaries } from './summaries';

const QUEUE_AGE_SECONDS = 60;
const QUEUE_STALLED_SECONDS = 60;
/** Four ticks of the usual 30 s. */
const TICK_DELAY_SECONDS = 120;
const FAILED_ARCHIVE_RUNS = 3;
/** Three runs, because the archive and the summaries run every hour. */
const RUNS_MISSED_SECONDS = 3 * 3_600;
const ERRORS_PERCENT = 1;
const FREE_STORAGE_SHARE = 0.15;
const FULL_PERCENT = 80;
const GIB = 1024 ** 3;

export interface AlarmsOptions {
  readonly foundation: FoundationStack;
  readonly api: ApiService;
  readonly summaries: Summaries;
  readonly size: Size;
  /** The address that is notified. */
  readonly email: string;
}

/** The conditions that somebody should look into, reported by e-mail when they begin and when they are over. */
export class Alarms extends Construct {
  private readonly topic: sns.Topic;

  constructor(scope: Construct, id: string, options: AlarmsOptions) {
    super(scope, id);
    const { foundation } = options;
    this.topic = new sns.Topic(this, 'Topic', { masterKey: foundation.key, enforceSSL: true });
    this.topic.addSubscription(new EmailSubscription(options.email));
    for (const service of ['cloudwatch.amazonaws.com', 'events.amazonaws.com']) {
      foundation.key.grantEncryptDecrypt(new iam.ServicePrincipal(service));
    }
    this.queueAlarms();
    this.apiAlarms(options);
    this.storeAlarms(options);
    this.archiveAlarms();
    this.tellOfFailedSummaries(options.summaries);
  }

  private queueAlarms(): void {
    this.alarm(
      'QueueAge',
      'Records have waited for more than a minute to be stored, or nothing reports how long',
      {
        metric: MetricsReader.metric('queueAge'),
        threshold: QUEUE_AGE_SECONDS,
        evaluationPeriods: 3,
        // If data is missing, the reader reaches no API, or the API no Redis.
        treatMissingData: cloudwatch.TreatMissingData.BREACHING,
      },
    );
    this.alarm('QueueStalled', 'There are jobs, and no consumer finishes any', {
      metric: MetricsReader.metric('queueStalled'),
      threshold: QUEUE_STALLED_SECONDS,
      evaluationPeriods: 2,
    });
    this.alarm('FailedJobs', 'Records that can never be stored wait for somebody: /admin/queues', {
      metric: MetricsReader.metric('failedJobs'),
      threshold: 0,
      evaluationPeriods: 1,
    });
    this.alarm('TickDelay', 'No instance has sent the speeds of the last half minute for two minutes', {
      metric: MetricsReader.metric('tickDelay'),
      threshold: TICK_DELAY_SECONDS,
      evaluationPeriods: 2,
    });
  }

  private apiAlarms({ foundation, api }: AlarmsOptions): void {
    const sum = { statistic: cloudwatch.Stats.SUM, period: Duration.minutes(1) };
    const { loadBalancer } = foundation.entryPoint;
    this.alarm(
      'ServerErrors',
      'More than 1 % of requests are answered with 5xx; 503 tells devices to come again',
      {
        metric: new cloudwatch.MathExpression({
          expression: '100 * (FILL(own, 0) + FILL(balancer, 0)) / requests',
          usingMetrics: {
            own: api.targets.metrics.httpCodeTarget(HttpCodeTarget.TARGET_5XX_COUNT, sum),
            balancer: loadBalancer.metrics.httpCodeElb(HttpCodeElb.ELB_5XX_COUNT, sum),
            requests: loadBalancer.metrics.requestCount(sum),
          },
          period: Duration.minutes(1),
        }),
        threshold: ERRORS_PERCENT,
        evaluationPeriods: 5,
      },
    );
    this.alarm('UnhealthyApi', 'An instance of the API does not answer', {
      metric: api.targets.metrics.unhealthyHostCount({ period: Duration.minutes(1) }),
      threshold: 0,
      evaluationPeriods: 5,
    });
  }

  private storeAlarms({ foundation, size }: AlarmsOptions): void {
    this.alarm(
      'DatabaseStorage',
      'PostgreSQL has used 85 % of the storage that it began with or has grown to',
      {
        metric: foundation.recordStore.instance.metricFreeStorageSpace({
          statistic: cloudwatch.Stats.MINIMUM,
        }),
        comparisonOperator: cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
        threshold: size.databaseStorageGib * GIB * FREE_STORAGE_SHARE,
        evaluationPeriods: 1,
      },
    );
    this.alarm('DatabaseCpu', 'The processors of PostgreSQL are at their limit', {
      metric: foundation.recordStore.instance.metricCPUUtilization(),
      threshold: FULL_PERCENT,
      evaluationPeriods: 3,
    });
    this.alarm('QueueMemory', 'Redis is nearly full; at 90 % records are refused', {
      metric: new cloudwatch.Metric({
        namespace: 'AWS/MemoryDB',
        metricName: 'DatabaseMemoryUsagePercentage',
        dimensionsMap: { ClusterName: foundation.queueStore.cluster.clusterName },
        statistic: cloudwatch.Stats.MAXIMUM,
      }),
      threshold: FULL_PERCENT,
      evaluationPeriods: 1,
    });
  }

  private archiveAlarms(): void {
    this.alarm(
      'ArchiveFailing',
      'Three runs of the archive have failed in a row; the log of the consumers says why',
      {
        metric: MetricsReader.metric('archiveFailedRuns'),
        comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        threshold: FAILED_ARCHIVE_RUNS,
        evaluationPeriods: 1,
      },
    );
    this.alarm('ArchiveBacklog', 'Records that were stored three hours ago are not archived', {
      metric: MetricsReader.metric('archiveBacklog'),
      threshold: RUNS_MISSED_SECONDS,
      evaluationPeriods: 2,
    });
    this.alarm(
      'ArchiveDiffers',
      'The bucket lacks records, which retention therefore keeps: npm run after-restore',
      {
        metric: MetricsReader.metric('archiveDifferingDays'),
        threshold: 0,
        evaluationPeriods: 1,
      },
    );
    this.alarm('SummariesOld', 'No run of the summaries has succeeded for three hours, or none ever has', {
      metric: MetricsReader.metric('summariesAge'),
      threshold: RUNS_MISSED_SECONDS,
      evaluationPeriods: 3,
      // Before the first successful run nothing is known, which must not pass for a good state.
      treatMissingData: cloudwatch.TreatMissingData.BREACHING,
    });
  }

  private tellOfFailedSummaries({ application }: Summaries): void {
    new events.Rule(this, 'FailedSummaries', {
      description: 'Drivewatch: a run of the summaries has failed',
      eventPattern: {
        source: ['aws.emr-serverless'],
        detailType: ['EMR Serverless Job Run State Change'],
        detail: { applicationId: [application.attrApplicationId], state: ['FAILED', 'CANCELLED'] },
      },
      targets: [new SnsTopic(this.topic)],
    });
  }

  private alarm(id: string, alarmDescription: string, props: cloudwatch.AlarmProps): void {
    const alarm = new cloudwatch.Alarm(this, id, {
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
      ...props,
      alarmDescription,
    });
    const action = new SnsAction(this.topic);
    alarm.addAlarmAction(action);
    alarm.addOkAction(action);
  }
}
