import { RemovalPolicy } from 'aws-cdk-lib';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge';
import type { Images } from './images';

/** The task ends by itself after this time. */
const LIFETIME_MS = 2 * 60 * 60_000;

/**
 * A task that is started by hand when somebody has to reach PostgreSQL, as for keys and users: Session Manager tunnels
 * through it. It has no secret of its own; otherwise nothing of it runs or is open.
 */
export class OperatorTask extends Construct {
  readonly definition: ecs.FargateTaskDefinition;

  constructor(scope: Construct, id: string, images: Images) {
    super(scope, id);
    this.definition = new ecs.FargateTaskDefinition(this, 'Definition', {
      family: 'drivewatch-operator',
      cpu: 256,
      memoryLimitMiB: 512,
    });
    this.definition.addContainer('tunnel', {
      image: ecs.ContainerImage.fromDockerImageAsset(images.api),
      entryPoint: ['node'],
      command: ['-e', `setTimeout(() => undefined, ${LIFETIME_MS})`],
      // Session Manager's agent writes files beside the program.
      readonlyRootFilesystem: false,
      linuxParameters: new ecs.LinuxParameters(this, 'Init', { initProcessEnabled: true }),
      logging: ecs.LogDriver.awsLogs({
        streamPrefix: 'tunnel',
        logGroup: new logs.LogGroup(this, 'Log', {
          retention: logs.RetentionDays.ONE_MONTH,
          removalPolicy: RemovalPolicy.DESTROY,
        }),
      }),
    });
    const channels = ['CreateControlChannel', 'CreateDataChannel', 'OpenControlChannel', 'OpenDataChannel'];
    this.definition.addToTaskRolePolicy(
      new iam.PolicyStatement({ actions: channels.map((name) => `ssmmessages:${name}`), resources: ['*'] }),
    );
    acknowledge(this.definition, {
      'AwsSolutions-IAM5[Resource::*]':
        "Session Manager's channels and ecr:GetAuthorizationToken take no resource",
    });
  }
}
