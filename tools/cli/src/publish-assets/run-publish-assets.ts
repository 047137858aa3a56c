import { EXIT, readEmptyCommandLine, tellOfCommandLine } from '@drivewatch/config/command-line';
import { parseEnv, publicBucketUrl, settings } from '@drivewatch/config';
import { ASSETS_PREFIX, openObjectStore } from '@drivewatch/object-store';
import * as z from 'zod';
import { publishAssets } from './publish-assets';

const PROGRAM_TEXT = {
  name: 'npm run publish-assets',
  description: 'Puts the files of the built dashboard into PUBLIC_BUCKET, for the CDN that CDN_URL names.',
};

const environmentSchema = z.object({ ...settings.publicBucket, ...settings.s3, ...settings.dashboard });

export interface PublishAssetsInput {
  args: readonly string[];
  stdout: Pick<NodeJS.WritableStream, 'write'>;
  stderr: Pick<NodeJS.WritableStream, 'write'>;
}

/** Runs the program without its process. @returns the exit code */
export async function runPublishAssets({ args, stdout, stderr }: PublishAssetsInput): Promise<number> {
  try {
    readEmptyCommandLine(args, PROGRAM_TEXT);
    const config = parseEnv(environmentSchema);
    const bucket = openObjectStore(publicBucketUrl(config), { s3Endpoint: config.S3_ENDPOINT });
    const { written, unchanged } = await publishAssets(config.DASHBOARD_DIR, bucket);
    stdout.write(`${bucket.url}/${ASSETS_PREFIX}: ${written} files written, ${unchanged} unchanged\n`);
    return EXIT.done;
  } catch (error) {
    const code = tellOfCommandLine(error, { stdout, stderr });
    if (code !== undefined) return code;
    stderr.write(`publish-assets: ${error instanceof Error ? error.message : String(error)}\n`);
    return EXIT.failed;
  }
}
