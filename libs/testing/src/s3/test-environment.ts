import { ensurePythonEnvironment, type PythonEnvironment } from '@drivewatch/local-services';

/**
 * The Python environment that all tests share, with PySpark, an S3-protocol server and what the job's own tests need;
 * made on first use, which takes minutes. Paths are relative to the workspace, which tests run in.
 */
export function ensureTestEnvironment(onProgress?: (message: string) => void): Promise<PythonEnvironment> {
  return ensurePythonEnvironment({
    dir: '.drivewatch/python-test',
    requirements: 'tools/summaries/requirements-test.txt',
    contents: 'PySpark and other packages of the tests (about 700 MB)',
    ...(onProgress && { onProgress }),
  });
}
