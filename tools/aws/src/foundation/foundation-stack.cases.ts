import { Match, type Template } from 'aws-cdk-lib/assertions';
import { propertiesOf, templatesOf } from '../../test/synthesised';

const ANY_OBJECT = { 'Fn::Join': ['', [Match.anyValue(), '/*']] };

describe('the foundation', () => {
  let foundation: Template;
  beforeAll(() => {
    foundation = templatesOf('small').foundation;
  });

  describe('PostgreSQL', () => {
    it('has a second instance in another zone, backups of two weeks, and cannot be deleted by mistake', () => {
      foundation.hasResource('AWS::RDS::DBInstance', {
        Properties: { MultiAZ: true, BackupRetentionPeriod: 14, DeletionProtection: true },
        DeletionPolicy: 'Snapshot',
        UpdateReplacePolicy: 'Snapshot',
      });
    });

    it('is encrypted, is not on the internet, and takes no connection without TLS', () => {
      foundation.hasResourceProperties('AWS::RDS::DBInstance', {
        StorageEncrypted: true,
        KmsKeyId: Match.anyValue(),
        PubliclyAccessible: false,
      });
      foundation.hasResourceProperties('AWS::RDS::DBParameterGroup', {
        Parameters: { 'rds.force_ssl': '1', synchronous_commit: 'on' },
      });
    });
  });

  describe('Redis', () => {
    it('is MemoryDB with a replica, which confirms what is in the log of several zones', () => {
      foundation.hasResource('AWS::MemoryDB::Cluster', {
        Properties: { NumReplicasPerShard: 1, NumShards: 1, SnapshotRetentionLimit: 7 },
        DeletionPolicy: 'Retain',
      });
      foundation.resourceCountIs('AWS::ElastiCache::ReplicationGroup', 0);
    });

    it('refuses rather than evicts', () => {
      foundation.hasResourceProperties('AWS::MemoryDB::ParameterGroup', {
        Parameters: { 'maxmemory-policy': 'noeviction' },
      });
      foundation.hasResourceProperties('AWS::MemoryDB::Cluster', {
        ParameterGroupName: { Ref: Match.anyValue() },
      });
    });

    it('is encrypted at rest and on the way, and asks for a password', () => {
      foundation.hasResourceProperties('AWS::MemoryDB::Cluster', {
        TLSEnabled: true,
        KmsKeyId: Match.anyValue(),
        ACLName: { Ref: Match.anyValue() },
      });
      foundation.hasResourceProperties('AWS::MemoryDB::User', { AuthenticationMode: { Type: 'password' } });
    });
  });

  describe('the buckets', () => {
    it('let nobody in without TLS, and are open to nobody', () => {
      const buckets = Object.keys(foundation.findResources('AWS::S3::Bucket'));
      expect(buckets).toHaveLength(3);
      foundation.allResourcesProperties('AWS::S3::Bucket', {
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
      });
      foundation.allResourcesProperties('AWS::S3::BucketPolicy', {
        PolicyDocument: {
          Statement: Match.arrayWith([
            Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
          ]),
        },
      });
    });

    it('keep the records with a key of their own, in versions, and when the stack is deleted', () => {
      foundation.hasResource('AWS::S3::Bucket', {
        Properties: {
          BucketEncryption: {
            ServerSideEncryptionConfiguration: [
              {
                ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: Match.anyValue() },
              },
            ],
          },
          VersioningConfiguration: { Status: 'Enabled' },
          LifecycleConfiguration: {
            Rules: Match.arrayWith([
              Match.objectLike({ AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } }),
              Match.objectLike({
                Prefix: 'records/',
                Transitions: [{ StorageClass: 'GLACIER_IR', TransitionInDays: 90 }],
              }),
            ]),
          },
        },
        DeletionPolicy: 'Retain',
      });
    });

    it('let CloudFront read the public one, for this distribution alone', () => {
      foundation.hasResourceProperties('AWS::S3::BucketPolicy', {
        PolicyDocument: {
          Statement: Match.arrayWith([
            {
              Effect: 'Allow',
              Principal: { Service: 'cloudfront.amazonaws.com' },
              Action: 's3:GetObject',
              Resource: ANY_OBJECT,
              Condition: { StringEquals: { 'AWS:SourceArn': Match.anyValue() } },
            },
          ]),
        },
      });
      foundation.resourceCountIs('AWS::CloudFront::OriginAccessControl', 1);
    });
  });

  describe('the way in', () => {
    it('is CloudFront alone: the load balancer is internal', () => {
      foundation.hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', { Scheme: 'internal' });
      foundation.hasResourceProperties('AWS::CloudFront::VpcOrigin', {
        VpcOriginEndpointConfig: { OriginProtocolPolicy: 'https-only' },
      });
    });

    it('is HTTPS all the way to the load balancer', () => {
      foundation.hasResourceProperties('AWS::CloudFront::Distribution', {
        DistributionConfig: {
          DefaultCacheBehavior: { ViewerProtocolPolicy: 'https-only' },
          ViewerCertificate: { MinimumProtocolVersion: 'TLSv1.2_2021', SslSupportMethod: 'sni-only' },
        },
      });
      foundation.allResourcesProperties('AWS::ElasticLoadBalancingV2::Listener', {
        Protocol: 'HTTPS',
        Port: 443,
      });
    });

    it('passes every header, so that WebSocket works, and caches nothing of the API', () => {
      foundation.hasResourceProperties('AWS::CloudFront::Distribution', {
        DistributionConfig: {
          DefaultCacheBehavior: {
            AllowedMethods: Match.arrayWith(['POST', 'DELETE']),
            // These are the managed policies CachingDisabled and AllViewer.
            CachePolicyId: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad',
            OriginRequestPolicyId: '216adef6-5c7f-47e4-b989-5492eafa07d3',
          },
          CacheBehaviors: [
            Match.objectLike({ PathPattern: '/assets/*' }),
            Match.objectLike({ PathPattern: '/summaries/*' }),
          ],
        },
      });
    });
  });

  it('lets nothing in from outside the network, and the apps alone to the stores', () => {
    const rules = propertiesOf<Rule>(foundation, 'AWS::EC2::SecurityGroupIngress');
    const paths = Object.values(rules).map(
      (rule) => `${nameOf(rule.SourceSecurityGroupId)} > ${nameOf(rule.GroupId)}`,
    );
    expect(paths.sort()).toEqual([
      'Api > Postgres',
      'Api > Redis',
      'Consumer > Postgres',
      'Consumer > Redis',
      'LoadBalancer > Api',
      'Metrics > Api',
      'Operator > Postgres',
    ]);
    const groups = propertiesOf<{ SecurityGroupIngress?: { CidrIp: string }[] }>(
      foundation,
      'AWS::EC2::SecurityGroup',
    );
    const open = Object.values(groups).flatMap((group) => group.SecurityGroupIngress ?? []);
    expect(open.map(({ CidrIp }) => CidrIp)).toEqual(['10.40.0.0/16']);
  });

  it('lets alarms be sent through a topic that is encrypted with its key', () => {
    const Service = Match.arrayWith(['cloudwatch.amazonaws.com', 'events.amazonaws.com']);
    foundation.hasResourceProperties('AWS::KMS::Key', {
      KeyPolicy: {
        Statement: Match.arrayWith([Match.objectLike({ Effect: 'Allow', Principal: { Service } })]),
      },
    });
  });

  it('rotates its key every year, and generates every password at random', () => {
    foundation.hasResourceProperties('AWS::KMS::Key', { EnableKeyRotation: true });
    const secrets = Object.values(
      propertiesOf<{ GenerateSecretString?: object }>(foundation, 'AWS::SecretsManager::Secret'),
    );
    const generated = secrets.filter(({ GenerateSecretString }) => GenerateSecretString !== undefined);
    expect(generated).toHaveLength(4);
    // The others are URLs, which take the password from one of those when they are created.
    expect(secrets).toHaveLength(6);
    expect(JSON.stringify(secrets)).toContain('{{resolve:secretsmanager:');
  });
});

interface Rule {
  SourceSecurityGroupId: GroupId;
  GroupId: GroupId;
}
interface GroupId {
  'Fn::GetAtt': [string, string];
}

/** Returns `Api` for `{"Fn::GetAtt": ["NetworkApi1A2B3C4D", "GroupId"]}`. */
function nameOf(group: GroupId): string {
  return /^Network(\w+?)[0-9A-F]{8}$/.exec(group['Fn::GetAtt'][0])?.[1] ?? '?';
}
