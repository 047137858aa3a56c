/** Makes an environment in a process of its own, `making-program.mjs DIR REQUIREMENTS`, and prints what it does. */
import { ensurePythonEnvironment } from '../src';

const [dir = '', requirements = ''] = process.argv.slice(2);
await ensurePythonEnvironment({
  dir,
  requirements,
  // pip is slow enough to be killed half way.
  uv: null,
  onProgress: (message) => process.stdout.write(`${message}\n`),
});
