/** The end of this program's path, as it stands in its command line: other programs know by it who holds a lock. */
export const PROGRAM = 'tools/cli/main.mjs';
