import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { acknowledge } from '../acknowledge';

const READ = ['s3:GetObject'];
const WRITE = ['s3:PutObject', 's3:DeleteObject', 's3:AbortMultipartUpload'];

/**
 * Lets a role list and read objects of a bucket, or write and delete them as well; CDK's own grants allow more.
 *
 * @param keys of the objects, such as `records/*`
 * @param key the bucket's encryption key, when it is one of Drivewatch's own
 */
export function allowObjects(
  role: iam.IRole,
  access: 'read' | 'read and write',
  bucket: s3.IBucket,
  { keys = '*', key }: { readonly keys?: string; readonly key?: kms.IKey } = {},
): void {
  const mayWrite = access === 'read and write';
  const objects = bucket.arnForObjects(keys);
  const allow = (actions: string[], resource: string) =>
    role.addToPrincipalPolicy(new iam.PolicyStatement({ actions, resources: [resource] }));
  allow(['s3:ListBucket'], bucket.bucketArn);
  allow(mayWrite ? [...READ, ...WRITE] : READ, objects);
  if (key !== undefined)
    allow(mayWrite ? ['kms:Decrypt', 'kms:GenerateDataKey'] : ['kms:Decrypt'], key.keyArn);
  acknowledge(role, {
    [`AwsSolutions-IAM5[Resource::${asReported(role, bucket)}/${keys}]`]: `Objects come and go; all that it needs are ${keys}`,
  });
}

/** Returns the ARN of a bucket in another stack as cdk-nag writes it: by the name under which that stack exports it. */
function asReported(role: iam.IRole, bucket: s3.IBucket): string {
  const imported: unknown = Stack.of(role).resolve(Stack.of(bucket).exportValue(bucket.bucketArn));
  return (imported as { 'Fn::ImportValue': string })['Fn::ImportValue'];
}
