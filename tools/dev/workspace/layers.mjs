/**
 * `nx run workspace:layers`: fails if a folder imports something that its row in .dependency-cruiser.mjs does not name,
 * if modules import each other in a circle, or if docs/dependencies.md is out of date. With --write it redraws that
 * page.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { cruise } from 'dependency-cruiser';
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config';
import ruleSet, { LAYERS } from '../../../.dependency-cruiser.mjs';
import { runScript } from './script.mjs';

const PAGE = 'docs/dependencies.md';
/** Matches what is drawn as one node. */
const PROJECT =
  /^(?:apps|libs)\/[\w-]+|^tools\/(?:dev|checks)\/[\w-]+|^tools\/summaries\/submit|^tools\/[\w-]+/;
const isTest = (path) => /spec\.ts$|\.fake\.ts$|\/test\//.test(path);

await runScript(async () => {
  const { output } = await cruise(
    ['apps', 'libs', 'tools'],
    { ...ruleSet.options, ruleSet, validate: true },
    {},
    { tsConfig: extractTSConfig('tsconfig.json') },
  );
  const { violations } = output.summary;
  for (const { rule, from, to, cycle } of violations)
    console.error(`✗ ${rule.name}: ${cycle ? cycle.map(({ name }) => name).join(' → ') : `${from} → ${to}`}`);
  const page = pageOf(output.modules);
  if (process.argv.includes('--write')) await writeFile(PAGE, page);
  const isDrawn = (await readFile(PAGE, 'utf8').catch(() => '')) === page;
  if (!isDrawn) console.error(`✗ ${PAGE} shows another graph; run: npx nx run workspace:layers -- --write`);
  return violations.length === 0 && isDrawn ? 0 : 1;
});

function pageOf(modules) {
  const folders = Object.keys(LAYERS).map((root) => {
    const inside = (path) => new RegExp(`^${root}/([\\w-]+)/`).exec(path)?.[1];
    return `## ${root}\n\n${diagram(modules, inside, 'BT')}`;
  });
  return `# Who imports whom

Drawn by \`npx nx run workspace:layers -- --write\` from the code, tests left out; \`npm test\` fails where it is another. An
arrow points to what is imported. Between projects the tags in \`eslint.config.mjs\` decide what may be, inside a project the
rows of \`.dependency-cruiser.mjs\`.

## Projects

Every tool and app may import every library; the arrows between libraries are these:

${diagram(modules, (path) => PROJECT.exec(path)?.[0].match(/^libs\/(.+)/)?.[1], 'BT')}

${folders.join('\n\n')}
`;
}

/** @param groupOf returns the node that a file belongs to, or undefined if it is not drawn */
function diagram(modules, groupOf, direction) {
  const nodes = new Set();
  const edges = new Set();
  for (const { source, dependencies } of modules) {
    const from = isTest(source) ? undefined : groupOf(source);
    if (from === undefined) continue;
    nodes.add(from);
    for (const { resolved } of dependencies) {
      const to = groupOf(resolved);
      if (to !== undefined && to !== from) edges.add(`  ${from} --> ${to}`);
    }
  }
  const alone = [...nodes].filter(
    (node) => ![...edges].some((edge) => edge.trim().split(' --> ').includes(node)),
  );
  return [
    '```mermaid',
    `flowchart ${direction}`,
    ...alone.sort().map((node) => `  ${node}`),
    ...[...edges].sort(),
    '```',
  ].join('\n');
}
