import { Duration, RemovalPolicy, SecretValue } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as rds from 'aws-cdk-lib/aws-rds';
import * as secrets from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge';
import type { Size } from '../sizes';
import { type Network, POSTGRES_PORT } from './network';

const DATABASE = 'drivewatch';
const USER = 'drivewatch';
const BACKUP_DAYS = 14;

/** PostgreSQL: two instances in two zones; the second has every commit before it is confirmed. */
export class RecordStore extends Construct {
  readonly instance: rds.DatabaseInstance;
  /** Holds a `DATABASE_URL` with the password. */
  readonly url: secrets.Secret;

  constructor(scope: Construct, id: string, { vpc, postgres }: Network, key: kms.IKey, size: Size) {
    super(scope, id);
    const engine = rds.DatabaseInstanceEngine.postgres({ version: rds.PostgresEngineVersion.VER_18_3 });
    const password = new secrets.Secret(this, 'Password', {
      description: 'Password of the PostgreSQL user drivewatch',
      // Without punctuation the password can be part of a URL unchanged.
      generateSecretString: { passwordLength: 40, excludePunctuation: true },
    });
    this.instance = new rds.DatabaseInstance(this, 'Instance', {
      engine,
      vpc,
      vpcSubnets: { subnetGroupName: 'data' },
      securityGroups: [postgres],
      port: POSTGRES_PORT,
      instanceType: new ec2.InstanceType(size.databaseInstance),
      multiAz: true,
      allocatedStorage: size.databaseStorageGib,
      maxAllocatedStorage: size.databaseMaxStorageGib,
      storageType: rds.StorageType.GP3,
      storageEncryptionKey: key,
      databaseName: DATABASE,
      credentials: rds.Credentials.fromPassword(USER, password.secretValue),
      parameterGroup: new rds.ParameterGroup(this, 'Parameters', {
        engine,
        description: 'Drivewatch: no connection without TLS, and no confirmed commit that a crash undoes',
        parameters: { 'rds.force_ssl': '1', synchronous_commit: 'on' },
      }),
      backupRetention: Duration.days(BACKUP_DAYS),
      copyTagsToSnapshot: true,
      deletionProtection: true,
      removalPolicy: RemovalPolicy.SNAPSHOT,
      autoMinorVersionUpgrade: true,
      cloudwatchLogsExports: ['postgresql'],
      databaseInsightsMode: rds.DatabaseInsightsMode.STANDARD,
      enablePerformanceInsights: true,
      performanceInsightEncryptionKey: key,
    });
    this.url = new secrets.Secret(this, 'Url', {
      description: 'DATABASE_URL of the apps',
      secretStringValue: SecretValue.unsafePlainText(
        `postgresql://${USER}:${password.secretValue.unsafeUnwrap()}@${this.instance.dbInstanceEndpointAddress}:` +
          `${POSTGRES_PORT}/${DATABASE}?sslmode=verify-full`,
      ),
    });
    const byHand =
      'Changed by hand together with the URL that the apps read, which starts them anew: docs/aws.md';
    acknowledge(password, { 'AwsSolutions-SMG4': byHand });
    acknowledge(this.url, { 'AwsSolutions-SMG4': byHand });
    acknowledge(this.instance, {
      'AwsSolutions-RDS11':
        'Another port would hide nothing: only the apps reach the isolated subnets, whatever the port',
    });
  }
}
