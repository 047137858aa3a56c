import { RemovalPolicy, SecretValue } from 'aws-cdk-lib';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as memorydb from 'aws-cdk-lib/aws-memorydb';
import * as secrets from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge';
import type { Size } from '../sizes';
import { type Network, REDIS_PORT } from './network';

const USER = 'drivewatch';
const SNAPSHOT_DAYS = 7;
/** Allows everything; the cluster knows no other user, so nobody gets in without a password. */
const ACCESS = 'on ~* &* +@all';

/**
 * Redis as Amazon MemoryDB: it confirms a write once it is in a log in several zones, so that what was acknowledged
 * outlives the node and its zone. ElastiCache copies to its replica afterwards, and a fail-over loses what it had
 * confirmed but not copied yet.
 */
export class QueueStore extends Construct {
  readonly cluster: memorydb.CfnCluster;
  /** Holds a `REDIS_URL` with the password. */
  readonly url: secrets.Secret;

  constructor(scope: Construct, id: string, { vpc, redis }: Network, key: kms.IKey, size: Size) {
    super(scope, id);
    const password = new secrets.Secret(this, 'Password', {
      description: 'Password of the Redis user drivewatch',
      generateSecretString: { passwordLength: 40, excludePunctuation: true },
    });
    const user = new memorydb.CfnUser(this, 'User', {
      userName: USER,
      accessString: ACCESS,
      authenticationMode: { Type: 'password', Passwords: [password.secretValue.unsafeUnwrap()] },
    });
    const acl = new memorydb.CfnACL(this, 'Acl', { aclName: 'drivewatch', userNames: [user.ref] });
    const subnets = new memorydb.CfnSubnetGroup(this, 'Subnets', {
      subnetGroupName: 'drivewatch',
      subnetIds: vpc.selectSubnets({ subnetGroupName: 'data' }).subnetIds,
    });
    const parameters = new memorydb.CfnParameterGroup(this, 'Parameters', {
      parameterGroupName: 'drivewatch',
      family: 'memorydb_valkey7',
      description: 'Drivewatch: a queue may not lose what it holds',
      // A full store refuses writes; it throws nothing away.
      parameters: { 'maxmemory-policy': 'noeviction' },
    });
    this.cluster = new memorydb.CfnCluster(this, 'Cluster', {
      clusterName: 'drivewatch',
      engine: 'valkey',
      engineVersion: '7.3',
      nodeType: size.queueNodeType,
      // All keys of BullMQ have one hash tag, so they are on one shard anyway.
      numShards: 1,
      numReplicasPerShard: 1,
      aclName: acl.ref,
      subnetGroupName: subnets.ref,
      parameterGroupName: parameters.ref,
      securityGroupIds: [redis.securityGroupId],
      port: REDIS_PORT,
      tlsEnabled: true,
      kmsKeyId: key.keyArn,
      snapshotRetentionLimit: SNAPSHOT_DAYS,
      finalSnapshotName: 'drivewatch-final',
      autoMinorVersionUpgrade: true,
    });
    this.cluster.applyRemovalPolicy(RemovalPolicy.RETAIN);
    this.url = new secrets.Secret(this, 'Url', {
      description: 'REDIS_URL of the apps',
      secretStringValue: SecretValue.unsafePlainText(
        redisUrl(USER, password.secretValue.unsafeUnwrap(), this.cluster.attrClusterEndpointAddress),
      ),
    });
    const byHand =
      'Changed by hand together with the URL that the apps read, which starts them anew: docs/aws.md';
    acknowledge(password, { 'AwsSolutions-SMG4': byHand });
    acknowledge(this.url, { 'AwsSolutions-SMG4': byHand });
  }
}

/** Returns a URL with TLS. MemoryDB is always a cluster, here of one shard, whose primary changes when it fails. */
const redisUrl = (user: string, password: string, host: string): string =>
  `rediss+cluster://${user}:${password}@${host}:${REDIS_PORT}`;
