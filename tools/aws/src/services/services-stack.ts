import { CfnOutput, CfnParameter, Stack, type StackProps } from 'aws-cdk-lib';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import type { Construct } from 'constructs';
import type { FoundationStack } from '../foundation/foundation-stack';
import type { Size } from '../sizes';
import { Alarms } from './alarms';
import { ApiService, type ServiceOptions } from './api-service';
import { ConsumerService } from './consumer-service';
import { Images } from './images';
import { MetricsReader } from './metrics-reader';
import { OperatorTask } from './operator-task';
import { Summaries } from './summaries';

/** The namespace in which the instances of the API are found within the network. */
const NAMESPACE = 'drivewatch.internal';

export interface ServicesStackProps extends StackProps {
  readonly foundation: FoundationStack;
  readonly size: Size;
  /** The folder of the checkout. */
  readonly root: string;
  /** The folder that contains `docker/`. */
  readonly imageContext: string;
}

/**
 * Everything that runs: API, consumers, summaries, and what watches them. It holds no data, and can be recreated at any
 * time.
 */
export class ServicesStack extends Stack {
  constructor(
    scope: Construct,
    id: string,
    { foundation, size, root, imageContext, ...props }: ServicesStackProps,
  ) {
    super(scope, id, props);
    const timeZone = new CfnParameter(this, 'FleetTimeZone', {
      default: 'UTC',
      allowedPattern: '^[A-Za-z0-9+/_-]+$',
      description: "Time zone of the vehicles' clocks, an IANA name such as Asia/Shanghai",
    }).valueAsString;
    const email = new CfnParameter(this, 'AlarmEmail', {
      allowedPattern: '^[^@\\s]+@[^@\\s]+$',
      description: 'Address that alarms are sent to',
    }).valueAsString;

    const images = new Images(this, 'Images', { root, imageContext });
    const cluster = new ecs.Cluster(this, 'Cluster', {
      vpc: foundation.network.vpc,
      containerInsightsV2: ecs.ContainerInsights.ENABLED,
      defaultCloudMapNamespace: { name: NAMESPACE },
    });
    const common: ServiceOptions = { foundation, cluster, images, size, timeZone };
    const api = new ApiService(this, 'Api', common);
    const consumer = new ConsumerService(this, 'Consumer', {
      ...common,
      queueAge: MetricsReader.metric('queueAge'),
    });
    // A consumer sets aside what only a newer API sends, so an upgrade first gives the consumers their new version.
    api.service.node.addDependency(consumer.service);
    new MetricsReader(this, 'MetricsReader', { foundation, root, apiName: `api.${NAMESPACE}` });
    const summaries = new Summaries(this, 'Summaries', { foundation, images, size, root, timeZone });
    new Alarms(this, 'Alarms', { foundation, api, summaries, size, email });
    const operator = new OperatorTask(this, 'Operator', images);

    new CfnOutput(this, 'ClusterName', { value: cluster.clusterName });
    new CfnOutput(this, 'OperatorTask', { value: operator.definition.family });
  }
}
