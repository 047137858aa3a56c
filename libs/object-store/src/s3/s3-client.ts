import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';

const CONNECT_LIMIT_MS = 5_000;
/** Servers other than AWS mostly ignore the region, yet requests are signed for one. */
const DEFAULT_REGION = 'us-east-1';

/**
 * Makes a client of AWS, or of a server that speaks S3's protocol; credentials and region come from where the AWS SDK
 * finds them.
 *
 * @param endpoint the URL of such a server; undefined means AWS
 */
export function createS3Client(endpoint: string | undefined): S3Client {
  const common: S3ClientConfig = { requestHandler: { connectionTimeout: CONNECT_LIMIT_MS } };
  if (endpoint === undefined) return new S3Client(common);
  const { region: regionOfEnvironment } = new S3Client({}).config;
  return new S3Client({
    ...common,
    endpoint,
    // Bucket names within the host name would need a DNS server that knows them.
    forcePathStyle: true,
    region: () => regionOfEnvironment().catch(() => DEFAULT_REGION),
    // Many such servers do not know the newer checksums that the SDK would add to every request.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
}
