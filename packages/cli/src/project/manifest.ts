import { ConfigError } from '@restmapper/core';

/** What is read and written of a package.json. */
export type Manifest = Readonly<Record<string, unknown>>;

/** A package.json to which a project's own was added. */
export interface MergedManifest {
  readonly text: string;
  /** Scripts that were left as they are, though a project's differ, with what they would be. */
  readonly kept: Readonly<Record<string, string>>;
}

/** What `npm init` writes where there is no test. */
const noTest = /^echo .*no test specified.* && exit 1$/;

const dependencySections = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'];

/** Makes a folder's name a valid name of an npm package: `My Shop!` becomes `my-shop`. */
export function packageNameOf(folder: string): string {
  const name = folder
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^a-z0-9._-]+/g, '-')
    .replace(/^[-._]+/, '')
    .slice(0, 100)
    .replace(/[-._]+$/, '');
  return name === '' || name === 'node_modules' || name === 'restmapper' ? 'my-api' : name;
}

/** Formats a package.json as npm does. */
export function formatManifest(manifest: Manifest, indent: string | number = 2): string {
  return `${JSON.stringify(manifest, undefined, indent)}\n`;
}

/** @throws ConfigError if the text is not a JSON object. */
export function parseManifest(text: string, path: string): Manifest {
  const value = parseJson(text.replace(/^\uFEFF/, ''));
  if (isRecord(value)) return value;
  throw new ConfigError(`${path} is not a JSON object; correct it, or choose another folder`);
}

/**
 * Adds the scripts and dependencies of a project to a package.json; everything in it stays, except the script that
 * `npm init` writes in place of a test.
 *
 * @throws ConfigError if the text is not a JSON object.
 */
export function mergeManifest(text: string, wanted: Manifest, path: string): MergedManifest {
  const present = parseManifest(text, path);
  const scripts = sectionOf(present, 'scripts');
  const wantedScripts = sectionOf(wanted, 'scripts');
  const kept = Object.entries(wantedScripts).filter(
    ([name, script]) => !isFree(scripts[name]) && scripts[name] !== script,
  );
  const free = Object.entries(wantedScripts).filter(([name]) => isFree(scripts[name]));
  const installed = new Set(dependencySections.flatMap((name) => Object.keys(sectionOf(present, name))));
  const merged = {
    ...present,
    scripts: { ...scripts, ...Object.fromEntries(free) },
    ...missingFrom('dependencies', { present, wanted, installed }),
    ...missingFrom('devDependencies', { present, wanted, installed }),
  };
  const indent = /^[ \t]+/m.exec(text)?.[0] ?? 2;
  return { text: formatManifest(merged, indent), kept: Object.fromEntries(kept) };
}

interface Merge {
  readonly present: Manifest;
  readonly wanted: Manifest;
  readonly installed: ReadonlySet<string>;
}

/** The section with what it lacks; nothing if it lacks nothing. */
function missingFrom(name: string, { present, wanted, installed }: Merge): Manifest {
  const missing = Object.entries(sectionOf(wanted, name)).filter(([key]) => !installed.has(key));
  if (missing.length === 0) return {};
  return { [name]: { ...sectionOf(present, name), ...Object.fromEntries(missing) } };
}

function isFree(script: string | undefined): boolean {
  return script === undefined || noTest.test(script);
}

function sectionOf(manifest: Manifest, name: string): Readonly<Record<string, string>> {
  const section = manifest[name];
  if (!isRecord(section)) return {};
  return Object.fromEntries(Object.entries(section).map(([key, value]) => [key, String(value)]));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
