import { house, type PackagePlan, upwardImports } from './house/plan.ts';

const names = Object.keys(house);
const tests = ['packages/*/test/**', 'frontend/test/**', 'test/**', 'bench/**'];

/** What a package may not import: others' libraries, packages that are not below it, and internals. */
function boundsOf(name: string, { imports, packages = [] }: PackagePlan) {
  const foreign = names.filter((other) => other !== name);
  const above = foreign.filter((other) => !imports.includes(other));
  const allowed = imports.length > 0 ? imports.join(', ') : 'no other package';
  return {
    paths: foreign.flatMap((owner) =>
      (house[owner]?.libraries ?? []).map((library) => ({
        name: library,
        message: `Only packages/${owner} imports ${library}.`,
      })),
    ),
    patterns: [
      {
        regex: `^(?:restmapper|@restmapper/(?:${above.join('|')}))$`,
        message: `packages/${name} may import ${allowed}.`,
      },
      {
        group: ['@restmapper/*/*', '**/packages/**', ...packages.map((entry) => `!${entry}`)],
        message: 'Import another package through its index.',
      },
    ],
  };
}

const packageRules = Object.entries(house).flatMap(([name, plan]) => {
  const { paths, patterns } = boundsOf(name, plan);
  const bound = (place: string, upward: readonly string[]) => ({
    files: [`packages/${name}/src/${place}`],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths,
          patterns: [...patterns, ...upward.map((regex) => ({ regex, message: 'See house/plan.ts.' }))],
        },
      ],
    },
  });
  // The last matching rule applies, so a folder precedes its subfolders.
  const folders = plan.shelves.flat().toSorted((a, b) => a.length - b.length);
  return [
    bound('**/*.ts', []),
    ...folders.flatMap((folder) => {
      const { folders, files } = upwardImports(folder, plan);
      return [bound(`${folder}/**/*.ts`, folders), bound(`${folder}/*.ts`, [...folders, ...files])];
    }),
  ];
});

interface PagePackages {
  readonly scope?: string;
  readonly names: readonly string[];
}

/** All that the page may import besides its own files. */
const pagePackages: readonly PagePackages[] = [
  { names: ['vue', 'vue-router'] },
  { scope: '@vueuse', names: ['core'] },
  { scope: '@cfworker', names: ['json-schema'] },
  { scope: '@restmapper', names: ['client'] },
];

/** The editor of Try, which is loaded only with this view. */
const editorPackages: readonly PagePackages[] = [
  { scope: '@codemirror', names: ['commands', 'lang-json', 'language', 'state', 'view'] },
  { scope: '@lezer', names: ['highlight'] },
];

function pageRule(files: string, packages: readonly PagePackages[]) {
  // Allowing a folder allows everything in it, so what is below each is denied again.
  const allowed = packages.flatMap(({ scope, names }) =>
    scope
      ? [`!${scope}`, `${scope}/*`, ...names.map((name) => `!${scope}/${name}`)]
      : names.flatMap((name) => [`!${name}`, `${name}/**`]),
  );
  const own = ['.', '..', './**', '../**'].map((path) => `!${path}`);
  const message = 'The page imports its own files and what oxlint.config.ts lists for it.';
  return {
    files: [files],
    rules: {
      'no-restricted-imports': ['error', { patterns: [{ group: ['*', ...own, ...allowed], message }] }],
    },
  };
}

export default {
  plugins: ['typescript', 'import', 'unicorn', 'node'],
  categories: { correctness: 'error', suspicious: 'error', perf: 'off' },
  ignorePatterns: ['dist', 'node_modules'],
  rules: {
    'typescript/no-floating-promises': ['error', { ignoreVoid: true }],
    'typescript/no-misused-promises': 'error',
    'typescript/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    'typescript/no-explicit-any': 'error',
    'typescript/no-non-null-assertion': 'error',
    'typescript/consistent-type-imports': 'error',
    'typescript/no-unsafe-type-assertion': 'off',
    'import/no-cycle': 'error',
    'import/no-default-export': 'error',
    'no-else-return': 'error',
    'no-nested-ternary': 'error',
    'max-depth': ['error', 3],
    'max-params': ['error', 3],
    'max-lines': ['error', { max: 300 }],
    'max-lines-per-function': ['error', { max: 40, skipBlankLines: true, skipComments: true }],
    'node/no-process-env': 'error',
    'unicorn/no-process-exit': 'error',
    'no-restricted-properties': [
      'error',
      { object: 'process', property: 'on', message: 'Only a main handles signals.' },
    ],
    'no-await-in-loop': 'off',
    'no-shadow': 'off',
    'unicorn/consistent-function-scoping': 'off',
    'unicorn/no-array-sort': 'off',
    'import/no-unassigned-import': 'off',
  },
  overrides: [
    ...packageRules,
    {
      files: ['packages/client/src/**/*.ts'],
      rules: {
        'no-restricted-imports': [
          'error',
          {
            patterns: [
              { regex: '^[^.]', message: 'The live client runs in browsers and depends on nothing.' },
            ],
          },
        ],
      },
    },
    pageRule('frontend/src/**', pagePackages),
    pageRule('frontend/src/views/try/**', [...pagePackages, ...editorPackages]),
    {
      files: ['packages/cli/src/main.ts', ...tests],
      rules: {
        'node/no-process-env': 'off',
        'unicorn/no-process-exit': 'off',
        'no-restricted-properties': 'off',
      },
    },
    {
      files: tests,
      rules: {
        'max-lines': ['error', { max: 400 }],
        'max-lines-per-function': 'off',
        'typescript/no-non-null-assertion': 'off',
        'typescript/unbound-method': 'off',
      },
    },
    {
      files: [
        'oxlint.config.ts',
        'examples/**/workers/**',
        'packages/cli/templates/**/workers/**',
        'test/support/counting-reporter.ts',
        'frontend/vite.config.ts',
        'bench/insert.ts',
        'packages/workers/test/support/**',
        'packages/host/test/generations/handlers/**',
        'test/compose/jobs/**',
        'test/documents/workshop/**',
      ],
      rules: { 'import/no-default-export': 'off' },
    },
    {
      files: ['packages/cli/templates/**/*.test.*'],
      // The promise that `test` of node:test returns never rejects.
      rules: { 'typescript/no-floating-promises': 'off' },
    },
  ],
};
