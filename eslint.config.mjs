import eslint from '@eslint/js';
import nx from '@nx/eslint-plugin';
import angular from 'angular-eslint';
import tseslint from 'typescript-eslint';

/** Rules on which project may import which; every project has one scope tag and one type tag (see docs/architecture.md). */
const boundaries = {
  allow: [],
  enforceBuildableLibDependency: true,
  depConstraints: [
    ...['app', 'tool', 'e2e', 'lib'].map((type) => ({
      sourceTag: `type:${type}`,
      onlyDependOnLibsWithTags: ['type:lib'],
    })),
    {
      sourceTag: 'scope:shared',
      onlyDependOnLibsWithTags: ['scope:shared'],
      bannedExternalImports: [
        '@nestjs/*',
        '@angular/*',
        'typeorm',
        'pg',
        'bullmq',
        'ioredis',
        'socket.io*',
        'luxon',
      ],
    },
    {
      sourceTag: 'scope:server',
      onlyDependOnLibsWithTags: ['scope:server', 'scope:shared'],
      bannedExternalImports: ['@angular/*', 'chart.js', 'ng2-charts'],
    },
    {
      sourceTag: 'scope:web',
      onlyDependOnLibsWithTags: ['scope:web', 'scope:shared'],
      bannedExternalImports: ['@nestjs/*', 'typeorm', 'bullmq', 'ioredis', 'pg', 'socket.io'],
    },
    {
      sourceTag: 'scope:test',
      onlyDependOnLibsWithTags: ['scope:server', 'scope:shared'],
      bannedExternalImports: ['@nestjs/*', '@angular/*', 'typeorm'],
    },
  ],
};

/**
 * The compiler's programs that types come from: one for the workspace's Node code, so that hundreds of files share the
 * packages' types, one for code that also runs in a page, and the dashboard's own. The last that matches a file counts.
 */
const programs = {
  '**/*.ts': 'tsconfig.json',
  'tools/checks/**/*.ts': 'tools/checks/tsconfig.json',
  'apps/dashboard/**/*.ts': 'apps/dashboard/tsconfig.json',
};

/** Each element becomes an argument, and some 125,000 fill the stack, which shows only where there is that much data. */
const SPREAD_MESSAGE = 'A list whose length is data is no list of arguments: loop, concat or reduce.';
const SPREAD_ARGUMENTS = [
  'CallExpression[callee.property.name=/^(push|unshift|splice|concat|fromCharCode|fromCodePoint)$/] > SpreadElement.arguments',
  "CallExpression[callee.object.name='Math'] > SpreadElement.arguments",
  "CallExpression[callee.property.name='apply'][arguments.length=2]",
].map((selector) => ({ selector, message: SPREAD_MESSAGE }));
const NAMED_ZOD = {
  selector: "ImportDeclaration[source.value='zod'] > ImportSpecifier[imported.name='z']",
  message: "Write `import * as z from 'zod'`: a bundler then leaves out what is not used, 270 of its 380 kB.",
};

export default tseslint.config(
  { ignores: ['**/dist/**', '**/node_modules/**', '.angular/**', '.nx/**', 'reports/**', '.drivewatch/**'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  eslint.configs.recommended,
  {
    files: ['**/*.mjs', '**/*.cjs'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        setTimeout: 'readonly',
        URL: 'readonly',
        fetch: 'readonly',
        AbortSignal: 'readonly',
        module: 'writable',
        require: 'readonly',
        __dirname: 'readonly',
      },
    },
  },
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked],
    plugins: { '@nx': nx },
    rules: {
      '@nx/enforce-module-boundaries': ['error', boundaries],
      'no-console': 'error',
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Read the environment through @drivewatch/config.' },
      ],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/consistent-type-definitions': ['error', 'interface'],
    },
  },
  ...Object.entries(programs).map(([files, project]) => ({
    files: [files],
    languageOptions: { parserOptions: { project, tsconfigRootDir: import.meta.dirname } },
  })),
  {
    // NestJS and TypeORM read constructor types at run time; a type-only import would erase them.
    files: ['apps/api/**/*.ts', 'apps/consumer/**/*.ts', 'libs/persistence/**/*.ts', 'libs/redis/**/*.ts'],
    rules: {
      '@typescript-eslint/consistent-type-imports': 'off',
      // NestJS declares the types of its options as classes and takes plain objects.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
    },
  },
  {
    files: ['apps/dashboard/**/*.ts'],
    extends: [...angular.configs.tsRecommended],
    processor: angular.processInlineTemplates,
    rules: {
      '@angular-eslint/component-selector': ['error', { type: 'element', prefix: 'dw', style: 'kebab-case' }],
      '@angular-eslint/directive-selector': [
        'error',
        { type: 'attribute', prefix: 'dw', style: 'camelCase' },
      ],
    },
  },
  {
    files: ['apps/dashboard/**/*.html'],
    extends: [...angular.configs.templateRecommended, ...angular.configs.templateAccessibility],
  },
  {
    files: [
      'libs/config/**/*.ts',
      '**/*.spec.ts',
      '**/*.int-spec.ts',
      '**/*.long-spec.ts',
      '**/*.long-int-spec.ts',
      'tools/checks/e2e/**/*.ts',
    ],
    rules: { 'no-restricted-properties': 'off' },
  },
  { files: ['tools/**/*.ts'], rules: { 'no-console': 'off' } },
  { files: ['**/*.ts'], rules: { 'no-restricted-syntax': ['error', NAMED_ZOD] } },
  {
    files: ['apps/**/*.ts', 'libs/**/*.ts', 'tools/cli/**/*.ts'],
    ignores: ['**/*.spec.ts', '**/*int-spec.ts', '**/test/**'],
    rules: { 'no-restricted-syntax': ['error', ...SPREAD_ARGUMENTS, NAMED_ZOD] },
  },
  {
    // Playwright reads a fixture's needs from its first parameter, which must be written out even when it is empty.
    files: ['tools/checks/e2e/**/*.ts'],
    rules: { 'no-empty-pattern': ['error', { allowObjectPatternsAsParameters: true }] },
  },
);
