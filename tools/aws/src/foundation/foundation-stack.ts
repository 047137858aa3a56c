import { CfnOutput, CfnParameter, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as secrets from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { acknowledge } from '../acknowledge';
import type { Size } from '../sizes';
import { Buckets } from './buckets';
import { EntryPoint } from './entry-point';
import { Network } from './network';
import { QueueStore } from './queue-store';
import { RecordStore } from './record-store';

const DOMAIN_PATTERN = '^([a-z0-9-]+\\.)+[a-z]{2,}$';
const CERTIFICATE_PATTERN = '^arn:aws[a-z-]*:acm:[a-z0-9-]+:\\d{12}:certificate/[0-9a-f-]+$';

/** Everything that holds data, and everything known by name outside: network, stores, buckets, secrets, CloudFront. */
export class FoundationStack extends Stack {
  readonly network: Network;
  readonly queueStore: QueueStore;
  readonly recordStore: RecordStore;
  readonly buckets: Buckets;
  readonly entryPoint: EntryPoint;
  readonly key: kms.Key;
  readonly sessionSecret: secrets.Secret;
  readonly metricsToken: secrets.Secret;
  readonly domainName: CfnParameter;

  constructor(scope: Construct, id: string, size: Size, props: StackProps) {
    super(scope, id, props);
    this.domainName = this.parameter(
      'DomainName',
      DOMAIN_PATTERN,
      'Name of the monitor, such as fleet.example.com',
    );
    this.key = new kms.Key(this, 'Key', {
      description: 'Drivewatch: PostgreSQL, Redis and records',
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.network = new Network(this, 'Network', size);
    this.queueStore = new QueueStore(this, 'QueueStore', this.network, this.key, size);
    this.recordStore = new RecordStore(this, 'RecordStore', this.network, this.key, size);
    this.buckets = new Buckets(this, 'Buckets', this.key);
    this.entryPoint = new EntryPoint(this, 'EntryPoint', {
      network: this.network,
      buckets: this.buckets,
      domainName: this.domainName,
      viewerCertificateArn: this.parameter(
        'ViewerCertificateArn',
        CERTIFICATE_PATTERN,
        'Certificate of DomainName in us-east-1, for CloudFront',
      ),
      originCertificateArn: this.parameter(
        'OriginCertificateArn',
        CERTIFICATE_PATTERN,
        'Certificate of DomainName in the region of the stack, for the load balancer; in us-east-1 the same one',
      ),
    });
    this.sessionSecret = this.secret(
      'SessionSecret',
      'SESSION_SECRET of the API: a new one signs everybody out',
    );
    this.metricsToken = this.secret('MetricsToken', 'METRICS_TOKEN of the API');
    const { distribution } = this.entryPoint;
    new CfnOutput(this, 'DistributionDomainName', { value: distribution.distributionDomainName });
    new CfnOutput(this, 'RecordsBucket', { value: `s3://${this.buckets.records.bucketName}` });
    new CfnOutput(this, 'PublicBucket', { value: `s3://${this.buckets.published.bucketName}` });
    new CfnOutput(this, 'DatabaseEndpoint', { value: this.recordStore.instance.dbInstanceEndpointAddress });
    const [subnet = ''] = this.network.vpc.selectSubnets({ subnetGroupName: 'apps' }).subnetIds;
    new CfnOutput(this, 'OperatorSubnet', { value: subnet });
    new CfnOutput(this, 'OperatorSecurityGroup', { value: this.network.operator.securityGroupId });
    new CfnOutput(this, 'DatabaseUrlSecret', { value: this.recordStore.url.secretName });
  }

  private parameter(id: string, allowedPattern: string, description: string): CfnParameter {
    return new CfnParameter(this, id, { allowedPattern, description });
  }

  private secret(id: string, description: string): secrets.Secret {
    const secret = new secrets.Secret(this, id, {
      description,
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
    });
    acknowledge(secret, {
      'AwsSolutions-SMG4': 'Random, and known to the apps alone; changed by hand: docs/aws.md',
    });
    return secret;
  }
}
