import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DockerImageAsset, Platform } from 'aws-cdk-lib/aws-ecr-assets';
import { Construct } from 'constructs';

/** What no image is made from, and what would make a new image of every build and test. */
const LEFT_OUT = [
  ...['**/node_modules', '**/.git', '**/.nx', '**/.angular', '**/.drivewatch', '**/dist', '**/reports'],
  ...['**/cdk.out', '**/.env'],
];

/** The apps' images, built from the checkout when they are deployed, which takes a Docker; synthesising takes none. */
export class Images extends Construct {
  readonly api: DockerImageAsset;
  readonly consumer: DockerImageAsset;
  /** EMR's Spark with the Python that the job needs. */
  readonly summaries: DockerImageAsset;

  /**
   * @param paths folder of the checkout, and that which has `docker/`
   * @throws Error when a Dockerfile is not there
   */
  constructor(scope: Construct, id: string, paths: { readonly root: string; readonly imageContext: string }) {
    super(scope, id);
    this.api = this.image('Api', paths.imageContext, 'docker/api.Dockerfile');
    this.consumer = this.image('Consumer', paths.imageContext, 'docker/consumer.Dockerfile');
    this.summaries = this.image('Summaries', join(paths.root, 'tools/aws/emr'), 'Dockerfile');
  }

  private image(id: string, directory: string, file: string): DockerImageAsset {
    if (!existsSync(join(directory, file))) throw new Error(`${join(directory, file)} is missing`);
    return new DockerImageAsset(this, id, {
      directory,
      file,
      exclude: LEFT_OUT,
      platform: Platform.LINUX_AMD64,
    });
  }
}
