import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { workspaceRoot } from './paths.mjs';

/** Nx has computed this from the imports of the sources, before it ran this test. */
const GRAPH_FILE = join(workspaceRoot, '.nx/workspace-data/project-graph.json');

describe('what Nx knows of the projects', () => {
  it('includes which of them import which; otherwise its cache would keep results of changed code', async () => {
    const { dependencies } = JSON.parse(await readFile(GRAPH_FILE, 'utf8'));
    const importedBy = (project) => dependencies[project].map(({ target }) => target);
    expect(importedBy('api')).toEqual(expect.arrayContaining(['contracts', 'persistence', 'redis']));
    expect(importedBy('consumer')).toEqual(expect.arrayContaining(['contracts', 'persistence']));
    expect(importedBy('dashboard')).toContain('contracts');
    expect(importedBy('system-tests')).toContain('testing');
  });
});
