import { parseEnv, publicBucketUrl, publishAssetsEnvSchema } from '@drivewatch/config';
import { ASSETS_PREFIX, openObjectStore } from '@drivewatch/object-store';
import { EXIT } from '../program';
import { publishAssets } from './publish-assets';

const USAGE = `usage: npm run publish-assets

Puts the files of the built dashboard into PUBLIC_BUCKET, for the CDN that CDN_URL names. It has no options.
`;

export interface PublishAssetsInput {
  args: readonly string[];
  stdout: Pick<NodeJS.WritableStream, 'write'>;
  stderr: Pick<NodeJS.WritableStream, 'write'>;
}

/** The program without its process. @returns the exit code */
export async function runPublishAssets({ args, stdout, stderr }: PublishAssetsInput): Promise<number> {
  if (args.length > 0) {
    stderr.write(USAGE);
    return EXIT.usage;
  }
  try {
    const config = parseEnv(publishAssetsEnvSchema);
    const bucket = openObjectStore(publicBucketUrl(config), { s3Endpoint: config.S3_ENDPOINT });
    const { written, unchanged } = await publishAssets(config.DASHBOARD_DIR, bucket);
    stdout.write(`${bucket.url}/${ASSETS_PREFIX}: ${written} files written, ${unchanged} unchanged\n`);
    return EXIT.done;
  } catch (error) {
    stderr.write(`publish-assets: ${error instanceof Error ? error.message : String(error)}\n`);
    return EXIT.failed;
  }
}
