import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DockerImageAsset, Platform } from 'aws-cdk-lib/aws-ecr-assets';
import { Construct } from 'constructs';

/** Files that no image is made from, and files that would change an image with every build and test. */
const LEFT_OUT = [
  '**/node_modules',
  '**/.git',
  '**/.nx',
  '**/.angular',
  '**/.drivewatch',
  '**/dist',
  '**/reports',
  '**/cdk.out',
  '**/.env',
];

/** The apps' images, built from the checkout when they are deployed, which needs Docker; synthesising does not. */
export class Images extends Construct {
  readonly api: DockerImageAsset;
  readonly consumer: DockerImageAsset;
  /** EMR's Spark with the Python that the job needs. */
  readonly summaries: DockerImageAsset;

  /**
   * @param paths the folder of the checkout, and the one that contains `docker/`
   * @throws Error when a Dockerfile does not exist
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
