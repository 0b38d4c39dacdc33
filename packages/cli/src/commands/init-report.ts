import type { Flavor } from '../project/template.ts';
import type { ProjectPlan } from '../project/plan-project.ts';

export interface InitReport extends ProjectPlan {
  readonly folder: string;
  readonly flavor: Flavor;
}

/** Describes what was written, and what to do next. */
export function formatInitReport(report: InitReport): string {
  const { folder, files, existing, changedManifest } = report;
  return [
    files.size === 0 ? 'no file was missing\n' : `wrote into ${folder}:\n`,
    ...[...files.keys()].toSorted().map((path) => `  ${path}\n`),
    ...(changedManifest === undefined ? [] : ['added scripts and dependencies to package.json\n']),
    ...existing.map((path) => `kept ${path}${adviceOn(path)}\n`),
    ...keptScripts(report),
    '\nnext:\n',
    ...nextCommands(report).map((command) => `  ${command}\n`),
  ].join('');
}

/** Says that nothing was written, and why. */
export function formatRefusal({ folder, existing }: Pick<InitReport, 'folder' | 'existing'>): string {
  const verb = existing.length === 1 ? 'exists' : 'exist';
  return [
    `nothing was written, because in ${folder} there ${verb} already:\n`,
    ...existing.map((path) => `  ${path}\n`),
    'use --keep to write only the other files, or name another folder\n',
  ].join('');
}

function adviceOn(path: string): string {
  return path === '.gitignore' ? '; add to it node_modules/, .restmapper/ and .env' : '';
}

function keptScripts({ keptScripts }: ProjectPlan): readonly string[] {
  return Object.entries(keptScripts).map(
    ([name, script]) => `kept the script ${name} of package.json; restmapper's would be: ${script}\n`,
  );
}

function nextCommands({ folder, flavor, keptScripts }: InitReport): readonly string[] {
  const hasTest = flavor !== 'minimal' && !Object.hasOwn(keptScripts, 'test');
  return [
    `${folder === '.' ? '' : `cd ${quote(folder)} && `}npm install`,
    hasTest ? 'npm test' : 'npx restmapper check',
    Object.hasOwn(keptScripts, 'dev') ? 'npx restmapper dev' : 'npm run dev',
  ];
}

/** For a POSIX shell. */
function quote(path: string): string {
  return /^[\w./@:+-]+$/.test(path) && !path.startsWith('-')
    ? path
    : `'${path.replaceAll("'", String.raw`'\''`)}'`;
}
