import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { DockerImageAsset } from 'aws-cdk-lib/aws-ecr-assets';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as logs from 'aws-cdk-lib/aws-logs';
import type { ISecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge';
import type { FoundationStack } from '../foundation/foundation-stack';
import type { ServiceSize } from '../sizes';
import { databaseCertificates } from './database-certificates';

const CERTIFICATES_DIR = '/certificates';
const CERTIFICATES_FILE = `${CERTIFICATES_DIR}/postgresql.pem`;
/** Node takes additional certificates only from a file; it is in no image, because it depends on the region. */
const WRITE_CERTIFICATES = `require('node:fs').writeFileSync('${CERTIFICATES_FILE}', process.env.CERTIFICATES, { mode: 0o444 })`;
/** Brings the schema up to date, and ends; the path is relative to the image's working folder. */
const MIGRATE = 'dist/apps/consumer/migrate/main.mjs';
/** The apps end within 10 s of SIGTERM. */
const STOP_LIMIT = Duration.seconds(30);

export interface AppTaskOptions {
  readonly foundation: FoundationStack;
  readonly image: DockerImageAsset;
  /** The image that contains the migrations. */
  readonly migrateImage: DockerImageAsset;
  readonly size: Pick<ServiceSize, 'cpuUnits' | 'memoryMib'>;
  readonly environment: Readonly<Record<string, string>>;
  /** Secrets besides DATABASE_URL and REDIS_URL. */
  readonly secrets: Readonly<Record<string, ecs.Secret>>;
  readonly portMappings?: ecs.PortMapping[];
}

/**
 * One task of an app on Fargate. Two containers run before the app and end: one writes the database's certificates to
 * where the app finds them, the other migrates the schema, waiting while another task is doing that and doing nothing
 * if it is done.
 */
export class AppTask extends Construct {
  readonly definition: ecs.FargateTaskDefinition;

  constructor(scope: Construct, id: string, options: AppTaskOptions) {
    super(scope, id);
    const { foundation, image, size } = options;
    this.definition = new ecs.FargateTaskDefinition(this, 'Definition', {
      cpu: size.cpuUnits,
      memoryLimitMiB: size.memoryMib,
      runtimePlatform: { cpuArchitecture: ecs.CpuArchitecture.X86_64 },
      volumes: [{ name: 'certificates' }],
    });
    const logGroup = new logs.LogGroup(this, 'Log', {
      retention: logs.RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const databaseUrl = ecs.Secret.fromSecretsManager(foundation.recordStore.url);
    const container = (name: string, more: Partial<ecs.ContainerDefinitionOptions>) => {
      const added = this.definition.addContainer(name, {
        image: ecs.ContainerImage.fromDockerImageAsset(image),
        essential: false,
        readonlyRootFilesystem: true,
        stopTimeout: STOP_LIMIT,
        logging: ecs.LogDriver.awsLogs({
          streamPrefix: name,
          logGroup,
          mode: ecs.AwsLogDriverMode.NON_BLOCKING,
        }),
        ...more,
      });
      const readOnly = name !== 'certificates';
      added.addMountPoints({ sourceVolume: 'certificates', containerPath: CERTIFICATES_DIR, readOnly });
      return added;
    };
    const certificates = container('certificates', {
      // A volume on Fargate belongs to root.
      user: '0',
      entryPoint: ['node'],
      command: ['-e', WRITE_CERTIFICATES],
      environment: { CERTIFICATES: databaseCertificates(foundation.region) },
    });
    const migrate = container('migrate', {
      entryPoint: ['node'],
      image: ecs.ContainerImage.fromDockerImageAsset(options.migrateImage),
      command: [MIGRATE],
      environment: { NODE_EXTRA_CA_CERTS: CERTIFICATES_FILE },
      secrets: { DATABASE_URL: databaseUrl },
    });
    const app = container('app', {
      essential: true,
      environment: {
        ...options.environment,
        AWS_REGION: foundation.region,
        // MemoryDB hides CONFIG and has no append-only file: what it confirms is in a log of its own, in several zones.
        REDIS_DURABILITY: 'vouched',
        NODE_EXTRA_CA_CERTS: CERTIFICATES_FILE,
      },
      secrets: {
        ...options.secrets,
        DATABASE_URL: databaseUrl,
        REDIS_URL: ecs.Secret.fromSecretsManager(foundation.queueStore.url),
      },
      ...(options.portMappings && { portMappings: options.portMappings }),
    });
    const SUCCESS = ecs.ContainerDependencyCondition.SUCCESS;
    migrate.addContainerDependencies({ container: certificates, condition: SUCCESS });
    app.addContainerDependencies({ container: migrate, condition: SUCCESS });
    this.definition.defaultContainer = app;
    acknowledge(this.definition, {
      'AwsSolutions-ECS2': 'What is in the environment is no secret; what is comes from Secrets Manager',
      'AwsSolutions-IAM5[Resource::*]': 'ecr:GetAuthorizationToken takes no resource',
    });
  }
}

/**
 * Returns how all services are rolled out: new tasks start first, the number never falls below the desired one, and a
 * deployment that does not start is rolled back.
 */
export const rollout = (size: ServiceSize, securityGroup: ISecurityGroup) => ({
  desiredCount: size.minTasks,
  minHealthyPercent: 100,
  maxHealthyPercent: 200,
  circuitBreaker: { rollback: true },
  assignPublicIp: false,
  vpcSubnets: { subnetGroupName: 'apps' },
  securityGroups: [securityGroup],
});
