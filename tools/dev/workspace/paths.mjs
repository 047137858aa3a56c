/** Where things are; the scripts work from any folder. */
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const workspaceRoot = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');
export const packagesDir = join(workspaceRoot, 'node_modules');
/** The npm package that contains Node for this machine, or null if there is none of a suitable version. */
export const nodePackage = ['linux-x64', 'linux-arm64', 'darwin-x64'].includes(
  `${process.platform}-${process.arch}`,
)
  ? `node-${process.platform}-${process.arch}`
  : null;
/** The Node that the project runs under, whichever Node started the script. */
export const projectNode =
  nodePackage === null ? process.execPath : join(packagesDir, nodePackage, 'bin', 'node');
export const nxProgram = join(packagesDir, '.bin', 'nx');
