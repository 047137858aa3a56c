/**
 * Rules on which folder of a project may import which, and that nothing imports itself in a circle. The tags of nx decide
 * between projects (eslint.config.mjs). `npx nx run workspace:layers` checks the rules, docs/architecture.md shows them.
 */

/** The folders of each project's source, from the bottom up, with the folders beside them that they may import. */
export const LAYERS = {
  'apps/api/src': {
    http: [],
    audit: ['http'],
    access: ['audit', 'http'],
    'interface-docs': [],
    'public-files': ['http'],
    'live-speeds': [],
    alerts: [],
    ingestion: ['access', 'alerts', 'http', 'live-speeds'],
    gateway: ['access', 'alerts', 'http', 'live-speeds'],
    scheduler: ['alerts', 'gateway', 'ingestion', 'live-speeds'],
    health: ['alerts', 'audit', 'gateway', 'http', 'ingestion', 'public-files', 'scheduler'],
  },
  'apps/consumer/src': { archive: [], 'store-records': [] },
  'apps/dashboard/src/app': {
    time: [],
    charts: [],
    access: [],
    feed: ['access', 'time'],
    alerts: ['feed', 'time'],
    audit: ['access', 'feed'],
    live: ['access', 'charts', 'feed', 'time'],
    summary: ['charts', 'feed', 'time'],
    shell: ['access', 'alerts', 'charts', 'feed', 'live'],
  },
  'libs/local-services/src': {
    folder: [],
    process: ['folder'],
    python: ['folder', 'process'],
    service: ['folder', 'process'],
    postgres: ['folder', 'process', 'service'],
  },
  'tools/checks/faults/src': {
    disturb: [],
    load: [],
    scenarios: ['disturb', 'load'],
    cluster: ['disturb', 'load', 'scenarios'],
    hostile: ['disturb', 'load', 'scenarios'],
    operators: ['disturb', 'load', 'scenarios'],
  },
  // The operator's commands have a folder each, and these do not know each other.
  'tools/cli/src': {
    access: [],
    archive: [],
    backup: [],
    import: [],
    jobs: [],
    'publish-assets': [],
    replay: [],
  },
};
/** Files beside the folders that all of them may import. */
const COMMON = {
  'apps/api/src': ['config.module', 'database.module'],
  'apps/consumer/src': ['config.module', 'job-lock-options'],
  'apps/dashboard/src/app': ['icons'],
  'tools/checks/faults/src': ['fault-context', 'report', 'run-scenarios', 'scenario-result', 'tempo'],
  'tools/cli/src': ['program', 'with-database'],
};

const layerRules = Object.entries(LAYERS).flatMap(([root, folders]) =>
  Object.entries(folders).map(([folder, below]) => ({
    name: `${root.replace(/^(?:apps|libs|tools(?:\/checks)?)\/([\w-]+).*$/, '$1')}-${folder}`,
    comment: `${root}/${folder} may import ${below.length > 0 ? below.join(', ') : 'no folder beside it'}`,
    severity: 'error',
    from: { path: `^${root}/${folder}/` },
    to: {
      path: `^${root}/`,
      pathNot: [
        `^${root}/(${[folder, ...below].join('|')})/`,
        ...(COMMON[root] ?? []).map((file) => `^${root}/${file.replaceAll('.', '\\.')}\\.ts$`),
      ],
    },
  })),
);

export default {
  forbidden: [
    {
      name: 'no-circle',
      comment: 'Two modules that import each other are one, or have a third in them',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    ...layerRules,
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: ['^dist/', 'node_modules'] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.mts', '.mjs', '.cjs', '.js', '.json'] },
  },
};
