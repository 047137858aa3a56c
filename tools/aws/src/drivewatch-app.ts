import { App, Tags, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { FoundationStack } from './foundation/foundation-stack';
import { ServicesStack } from './services/services-stack';
import type { Size } from './sizes';

export const FOUNDATION = 'DrivewatchFoundation';
export const SERVICES = 'DrivewatchServices';

/** Makes CDK behave in ways that differ from its earlier versions. */
const FEATURE_FLAGS = {
  '@aws-cdk/core:defaultCrossStackReferences': 'strong',
  '@aws-cdk/aws-iam:minimizePolicies': true,
  '@aws-cdk/aws-ecs:removeDefaultDeploymentAlarm': true,
  '@aws-cdk/aws-s3:serverAccessLogsUseBucketPolicy': true,
};

export interface AppOptions {
  readonly size: Size;
  /** The region, such as `us-east-1`. */
  readonly region: string;
  /** The folder of the checkout. */
  readonly root: string;
  /** The folder that contains `docker/`; the checkout if unset. */
  readonly imageContext?: string;
  /** The folder that templates are written to; if unset, where CDK's command line says, or a folder of its own. */
  readonly outdir?: string;
  readonly context?: Readonly<Record<string, unknown>>;
}

export interface DrivewatchApp {
  readonly app: App;
  readonly foundation: FoundationStack;
  readonly services: ServicesStack;
  readonly checks: AwsSolutionsChecks;
}

/**
 * Returns Drivewatch on AWS as CDK sees it. Nothing in it depends on an account, so synthesising asks AWS nothing; it
 * fails if a rule of cdk-nag's AwsSolutions is broken without a reason.
 */
export function makeApp({
  size,
  region,
  root,
  imageContext = root,
  outdir,
  context,
}: AppOptions): DrivewatchApp {
  const app = new App({ ...(outdir !== undefined && { outdir }), context: { ...FEATURE_FLAGS, ...context } });
  const checks = new AwsSolutionsChecks(app);
  Validations.of(app).addPlugins(checks);
  const env = { region };
  const foundation = new FoundationStack(app, FOUNDATION, size, {
    env,
    description: `Drivewatch, ${size.name}: network, stores, buckets and CloudFront`,
    terminationProtection: true,
  });
  const services = new ServicesStack(app, SERVICES, {
    env,
    foundation,
    size,
    root,
    imageContext,
    description: `Drivewatch, ${size.name}: API, consumers, summaries and alarms`,
  });
  Tags.of(app).add('application', 'drivewatch');
  return { app, foundation, services, checks };
}
