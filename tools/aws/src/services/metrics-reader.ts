import { join } from 'node:path';
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge';
import type { FoundationStack } from '../foundation/foundation-stack';
import { API_PORT, asItIs } from '../foundation/network';
import { METRIC_NAMESPACE, METRICS } from '../metrics/metric-names';

/** Reads the API's /metrics every minute into CloudWatch, which cannot do that by itself. */
export class MetricsReader extends Construct {
  constructor(
    scope: Construct,
    id: string,
    options: { readonly foundation: FoundationStack; readonly root: string; readonly apiName: string },
  ) {
    super(scope, id);
    const { foundation, root } = options;
    const reader = new NodejsFunction(this, 'Function', {
      description: 'Drivewatch: /metrics of the API to CloudWatch',
      entry: join(root, 'tools/aws/src/metrics/handler.ts'),
      projectRoot: root,
      depsLockFilePath: join(root, 'package-lock.json'),
      runtime: lambda.Runtime.NODEJS_24_X,
      bundling: { tsconfig: join(root, 'tsconfig.base.json'), target: 'node24' },
      timeout: Duration.seconds(20),
      memorySize: 256,
      vpc: foundation.network.vpc,
      vpcSubnets: { subnetGroupName: 'apps' },
      securityGroups: [asItIs(this, foundation.network.metrics)],
      environment: {
        API_NAME: options.apiName,
        API_PORT: String(API_PORT),
        METRICS_TOKEN_SECRET: foundation.metricsToken.secretArn,
      },
      logGroup: new logs.LogGroup(this, 'Log', {
        retention: logs.RetentionDays.ONE_WEEK,
        removalPolicy: RemovalPolicy.DESTROY,
      }),
    });
    foundation.metricsToken.grantRead(reader);
    const role = new iam.Role(this, 'StartRole', {
      assumedBy: new iam.ServicePrincipal('scheduler.amazonaws.com'),
    });
    new scheduler.Schedule(this, 'EveryMinute', {
      schedule: scheduler.ScheduleExpression.rate(Duration.minutes(1)),
      target: new LambdaInvoke(reader, { retryAttempts: 0, role }),
    });
    acknowledge(role, {
      'AwsSolutions-IAM5[Resource::<MetricsReaderFunctionE8ECF9AC.Arn>:*]':
        'The versions of this one function',
    });
    acknowledge(reader, {
      'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]':
        'Writing its log, nothing else',
      'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole]':
        'The network interfaces of a function in a network, whose names are not known before',
    });
  }

  /** @param statistic over a minute, or over `period` */
  static metric(
    metric: keyof typeof METRICS,
    statistic: string = cloudwatch.Stats.MAXIMUM,
    period: Duration = Duration.minutes(1),
  ): cloudwatch.Metric {
    return new cloudwatch.Metric({
      namespace: METRIC_NAMESPACE,
      metricName: METRICS[metric].name,
      statistic,
      period,
    });
  }
}
