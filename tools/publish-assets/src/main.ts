import { parseEnv, publicBucketUrl, publishAssetsEnvSchema } from '@drivewatch/config';
import { ASSETS_PREFIX, openObjectStore } from '@drivewatch/object-store';
import { publishAssets } from './publish-assets';

const USAGE = `usage: npm run publish-assets

Puts the files of the built dashboard into PUBLIC_BUCKET, for the CDN that CDN_URL names. It has no options.
`;

if (process.argv.length > 2) {
  process.stderr.write(USAGE);
  process.exit(2);
}
try {
  const config = parseEnv(publishAssetsEnvSchema);
  const bucket = openObjectStore(publicBucketUrl(config), { s3Endpoint: config.S3_ENDPOINT });
  const { written, unchanged } = await publishAssets(config.DASHBOARD_DIR, bucket);
  console.log(`${bucket.url}/${ASSETS_PREFIX}: ${written} files written, ${unchanged} unchanged`);
} catch (error) {
  console.error(`publish-assets: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
