/** Where things are; the scripts work from any folder. */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const workspaceRoot = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
export const packagesDir = join(workspaceRoot, 'node_modules');
/** The Node that the project runs under, whichever Node started the script. */
export const projectNode = join(packagesDir, 'node', 'bin', 'node');
export const nxProgram = join(packagesDir, '.bin', 'nx');
