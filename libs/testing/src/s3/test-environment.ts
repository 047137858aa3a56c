import { ensurePythonEnvironment, type PythonEnvironment } from '@drivewatch/local-services';

/**
 * Provides the Python environment that all tests share, with PySpark, an S3-protocol server and what the job's own
 * tests need; it is made on first use, which takes minutes. Paths are relative to the workspace, in which tests run.
 */
export function ensureTestEnvironment(onProgress?: (message: string) => void): Promise<PythonEnvironment> {
  return ensurePythonEnvironment({
    dir: '.drivewatch/python-test',
    requirements: 'tools/summaries/requirements-test.txt',
    contents: 'PySpark and other packages of the tests (about 700 MB)',
    ...(onProgress && { onProgress }),
  });
}
