import { createRequire } from 'node:module';
import { Ajv } from 'ajv';
import type { Manifest } from './manifests.ts';
import { operatorSchemas } from './operator-schemas.ts';

const require = createRequire(import.meta.url);
const ajv = new Ajv({ allErrors: true });

interface Model {
  /** @throws Error that says where the object violates its schema. */
  validate(): void;
}

/** How an object violates the published schema of its kind; unknown properties count as violations. */
export function problemsOf(manifest: Manifest): readonly string[] {
  const own = operatorSchemas[`${manifest.apiVersion}/${manifest.kind}`];
  if (!own) return publishedProblems(manifest);
  ajv.validate(own, manifest);
  return (ajv.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

function publishedProblems(manifest: Manifest): readonly string[] {
  const Kind = findKind(manifest);
  const { read, recorded } = recordReads(new Kind(manifest), '');
  try {
    // Called on the recording object, to learn which properties the schema reads.
    Kind.prototype.validate.call(recorded);
  } catch (error) {
    return [String(error)];
  }
  return pathsOf(manifest, '')
    .filter((path) => !read.has(path))
    .map((path) => `${path} is not in the schema`);
}

/** The packages arrange the kinds by `apiVersion/kind`. */
function findKind({ apiVersion, kind }: Manifest): new (manifest: Manifest) => Model {
  const owner = apiVersion.startsWith('keda.sh/') ? '@kubernetes-models/keda' : 'kubernetes-models';
  const exported = require(`${owner}/${apiVersion}/${kind}`) as Record<string, unknown>;
  return exported[kind] as new (
    manifest: Manifest,
  ) => Model;
}

interface Recording {
  readonly recorded: Model;
  /** The paths that were read. */
  readonly read: ReadonlySet<string>;
}

/** The schemas ignore unknown properties, and so never read them. */
function recordReads(model: Model, path: string): Recording {
  const read = new Set<string>();
  const wrap = <T extends object>(value: T, path: string): T =>
    new Proxy(value, {
      get(target, key, receiver) {
        const child: unknown = Reflect.get(target, key, receiver);
        if (typeof key === 'string') read.add(`${path}/${key}`);
        return typeof child === 'object' && child !== null ? wrap(child, `${path}/${String(key)}`) : child;
      },
    });
  return { recorded: wrap(model, path), read };
}

function pathsOf(value: unknown, path: string): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) => [
    `${path}/${key}`,
    ...pathsOf(child, `${path}/${key}`),
  ]);
}
