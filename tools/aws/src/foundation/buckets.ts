import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge';

const COLD_AFTER = Duration.days(90);
const OLD_VERSIONS_KEPT = Duration.days(30);
const LOGS_KEPT = Duration.days(90);

/** The original's two buckets, and one for their access logs. */
export class Buckets extends Construct {
  /** The records, and what the summaries job keeps for itself. */
  readonly records: s3.Bucket;
  /** Summaries and assets, read only through CloudFront. */
  readonly published: s3.Bucket;
  readonly logs: s3.Bucket;

  constructor(scope: Construct, id: string, key: kms.IKey) {
    super(scope, id);
    const common = {
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      removalPolicy: RemovalPolicy.RETAIN,
    };
    // A writer that dies leaves parts of a file, which nobody sees but which cost money.
    const unfinished = { id: 'unfinished-uploads', abortIncompleteMultipartUploadAfter: Duration.days(1) };
    this.logs = new s3.Bucket(this, 'Logs', {
      ...common,
      encryption: s3.BucketEncryption.S3_MANAGED,
      // CloudFront's and the load balancer's logs are written with access control lists.
      objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_PREFERRED,
      lifecycleRules: [unfinished, { id: 'old-logs', expiration: LOGS_KEPT }],
    });
    this.records = new s3.Bucket(this, 'Records', {
      ...common,
      encryption: s3.BucketEncryption.KMS,
      encryptionKey: key,
      bucketKeyEnabled: true,
      versioned: true,
      serverAccessLogsBucket: this.logs,
      serverAccessLogsPrefix: 'records/',
      lifecycleRules: [
        unfinished,
        // The job reads records once; it reads its own files in every run.
        {
          id: 'cold-records',
          prefix: 'records/',
          transitions: [
            { storageClass: s3.StorageClass.GLACIER_INSTANT_RETRIEVAL, transitionAfter: COLD_AFTER },
          ],
        },
        {
          id: 'old-versions',
          noncurrentVersionExpiration: OLD_VERSIONS_KEPT,
          expiredObjectDeleteMarker: true,
        },
      ],
    });
    this.published = new s3.Bucket(this, 'Public', {
      ...common,
      encryption: s3.BucketEncryption.S3_MANAGED,
      versioned: true,
      serverAccessLogsBucket: this.logs,
      serverAccessLogsPrefix: 'public/',
      lifecycleRules: [
        unfinished,
        {
          id: 'old-versions',
          noncurrentVersionExpiration: OLD_VERSIONS_KEPT,
          expiredObjectDeleteMarker: true,
        },
      ],
    });
    acknowledge(this.logs, {
      'AwsSolutions-S1': 'It holds the logs; one of its own would log its own writing',
    });
  }
}
