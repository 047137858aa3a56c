import { Duration } from 'aws-cdk-lib';
import * as autoscaling from 'aws-cdk-lib/aws-applicationautoscaling';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { Construct } from 'constructs';
import { asItIs } from '../foundation/network';
import type { ServiceOptions } from './api-service';
import { AppTask, rollout } from './app-task';
import { allowObjects } from './bucket-access';

export interface ConsumerServiceOptions extends ServiceOptions {
  /** The age in seconds of the next job. */
  readonly queueAge: cloudwatch.IMetric;
}

/** The consumers; more are added while jobs grow old in the queue. */
export class ConsumerService extends Construct {
  readonly service: ecs.FargateService;

  constructor(scope: Construct, id: string, options: ConsumerServiceOptions) {
    super(scope, id);
    const { foundation, size } = options;
    const task = new AppTask(this, 'Task', {
      ...options,
      image: options.images.consumer,
      migrateImage: options.images.consumer,
      size: size.consumer,
      environment: {
        FLEET_TIME_ZONE: options.timeZone,
        RECORDS_BUCKET: `s3://${foundation.buckets.records.bucketName}`,
        ARCHIVE_EVERY: '1h',
        RETENTION_DAYS: String(size.retentionDays),
      },
      secrets: {},
    });
    for (const keys of ['records/*', 'record-ids/*', 'archive-time-zones.json'])
      allowObjects(task.definition.taskRole, 'read and write', foundation.buckets.records, {
        keys,
        key: foundation.key,
      });
    this.service = new ecs.FargateService(this, 'Service', {
      cluster: options.cluster,
      taskDefinition: task.definition,
      ...rollout(size.consumer, asItIs(this, foundation.network.consumer)),
    });
    this.service
      .autoScaleTaskCount({ minCapacity: size.consumer.minTasks, maxCapacity: size.consumer.maxTasks })
      .scaleOnMetric('QueueAge', {
        metric: options.queueAge,
        adjustmentType: autoscaling.AdjustmentType.CHANGE_IN_CAPACITY,
        evaluationPeriods: 2,
        cooldown: Duration.minutes(3),
        scalingSteps: [
          { upper: 2, change: -1 },
          { lower: 15, change: 1 },
          { lower: 60, change: 2 },
        ],
      });
  }
}
