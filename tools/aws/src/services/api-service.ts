import { Duration } from 'aws-cdk-lib';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { DnsRecordType } from 'aws-cdk-lib/aws-servicediscovery';
import { Construct } from 'constructs';
import type { FoundationStack } from '../foundation/foundation-stack';
import { API_PORT, asItIs } from '../foundation/network';
import type { Size } from '../sizes';
import { AppTask, rollout } from './app-task';
import { allowObjects } from './bucket-access';
import type { Images } from './images';

const CPU_PERCENT = 50;
/** The time from the end of a task's registration to its SIGTERM, within which pending requests are answered. */
const DRAIN = Duration.seconds(20);

export interface ServiceOptions {
  readonly foundation: FoundationStack;
  readonly cluster: ecs.Cluster;
  readonly images: Images;
  readonly size: Size;
  /** The zone's IANA name. */
  readonly timeZone: string;
}

/** The API behind the load balancer; instances are added while their processors are busy. */
export class ApiService extends Construct {
  readonly service: ecs.FargateService;
  readonly targets: elb.ApplicationTargetGroup;

  constructor(scope: Construct, id: string, options: ServiceOptions) {
    super(scope, id);
    const { foundation, size } = options;
    const { buckets, network, entryPoint } = foundation;
    const task = new AppTask(this, 'Task', {
      ...options,
      image: options.images.api,
      migrateImage: options.images.consumer,
      size: size.api,
      environment: {
        HOST: '0.0.0.0',
        PORT: String(API_PORT),
        AUTH: 'on',
        COOKIE_SECURE: 'on',
        // CloudFront and the load balancer pass on the host that the browser asked for; health checks and the metrics
        // reader use addresses.
        ALLOWED_HOSTS: foundation.domainName.valueAsString,
        // These are the load balancer and CloudFront's entry; whatever a client says about itself comes before their
        // addresses.
        TRUST_PROXY: network.cidr,
        FLEET_TIME_ZONE: options.timeZone,
        PUBLIC_BUCKET: `s3://${buckets.published.bucketName}`,
        CDN_URL: `https://${foundation.domainName.valueAsString}/`,
      },
      secrets: {
        SESSION_SECRET: ecs.Secret.fromSecretsManager(foundation.sessionSecret),
        METRICS_TOKEN: ecs.Secret.fromSecretsManager(foundation.metricsToken),
      },
      portMappings: [{ containerPort: API_PORT }],
    });
    // The API also serves /cdn/.
    allowObjects(task.definition.taskRole, 'read', buckets.published);
    this.service = new ecs.FargateService(this, 'Service', {
      cluster: options.cluster,
      taskDefinition: task.definition,
      ...rollout(size.api, asItIs(this, network.api)),
      healthCheckGracePeriod: Duration.seconds(90),
      cloudMapOptions: { name: 'api', dnsRecordType: DnsRecordType.A, dnsTtl: Duration.seconds(10) },
    });
    this.targets = new elb.ApplicationTargetGroup(this, 'Targets', {
      vpc: network.vpc,
      port: API_PORT,
      protocol: elb.ApplicationProtocol.HTTP,
      targets: [this.service],
      // An API that cannot reach PostgreSQL still takes records, so readiness does not decide.
      healthCheck: { path: '/health/live', interval: Duration.seconds(10), healthyThresholdCount: 2 },
      deregistrationDelay: DRAIN,
      // This is for pages that cannot use WebSocket: their long-polling requests have to reach the same instance.
      stickinessCookieDuration: Duration.hours(12),
    });
    new elb.ApplicationListenerRule(this, 'Rule', {
      listener: entryPoint.listener,
      priority: 1,
      conditions: [elb.ListenerCondition.pathPatterns(['*'])],
      action: elb.ListenerAction.forward([this.targets]),
    });
    this.service
      .autoScaleTaskCount({ minCapacity: size.api.minTasks, maxCapacity: size.api.maxTasks })
      .scaleOnCpuUtilization('Cpu', { targetUtilizationPercent: CPU_PERCENT });
  }
}
