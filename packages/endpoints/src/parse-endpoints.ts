import { type AccessContext, readNames } from './file/auth/access.ts';
import { readAuth, signingNames } from './file/auth/auth-reader.ts';
import { checkCredentialHeaders } from './file/credential-headers-check.ts';
import { checkForcedFilters } from './file/auth/forced-filter-check.ts';
import { readEndpoint } from './file/endpoint-reader.ts';
import { checkForeign } from './file/foreign-check.ts';
import { readFeeds } from './file/feed-reader.ts';
import { readMigrations } from './file/migrations-reader.ts';
import { readPlugins, withPlugins } from './file/plugins-reader.ts';
import { completeFilters } from './file/filter-check.ts';
import { readOutputs } from './file/output-reader.ts';
import { checkInputs } from './file/input-check.ts';
import { readInputs } from './file/input-reader.ts';
import { readInternal } from './file/internal-reader.ts';
import type { FileProblem } from '@restmapper/core';
import { deepFreeze } from './model/freeze.ts';
import type { Endpoint, Info, Model } from './model/model.ts';
import { sourcesOf } from './model/sources.ts';
import { extendPointer } from './yaml/pointer.ts';
import type { Report } from './yaml/report.ts';
import { parseRoute, type Route } from './model/route.ts';
import { withOrders, withRoutingKeys } from './file/routing-reader.ts';
import { checkRoutes } from './file/route-check.ts';
import { completeSchemas } from './file/shared-schema-reader.ts';
import type { RawFile } from './file/structure.ts';
import type { Environment } from './yaml/substitution.ts';
import { mergeParts, sourceSections } from './file/merge-parts.ts';
import { type IncludeReader, readParts } from './file/parts.ts';
import { checkWorkers } from './file/worker-check.ts';
import { readWorkers } from './file/workers-reader.ts';

export interface ParseOptions {
  /** The file's name for error messages. */
  readonly file: string;
  /** The values of `${NAME}`. @default none */
  readonly env?: Environment;
  /** The folder that module paths are relative to. */
  readonly directory: string;
  /** Receives notes about valid but possibly surprising content. */
  readonly onNote?: (note: FileProblem) => void;
  /** Reads the files that the text includes. @default it cannot include any */
  readonly includes?: IncludeReader;
}

/**
 * Reads the text of an `endpoints.yaml` into a frozen model with every default filled in.
 *
 * ```ts
 * import { parseEndpoints } from '@restmapper/endpoints';
 *
 * const text = `
 * endpoints:
 *   POST /orders: { fanout: true, body: { type: object } }
 * `;
 * const { endpoints } = parseEndpoints(text, { file: 'endpoints.yaml', directory: '.' });
 * console.log(endpoints[0]?.exchange); // /orders:POST
 * ```
 * @throws ConfigError CONFIG_INVALID with every mistake in the file, sorted by place.
 */
export function parseEndpoints(source: string, options: ParseOptions): Model {
  const { env = {}, onNote, ...files } = options;
  const parts = readParts(source, { env, ...files });
  const { written, raw, report, directoryOf } = mergeParts(parts, parts[0].report);
  completeSchemas(raw, report);
  const declared = [...sourceSections, 'outputs'].flatMap((section) => keysOf(written, section));
  const access = accessContext(raw, written, report);
  const auth = readAuth(raw.auth, { directoryOf, defaults: access.defaults, report });
  const keyedEndpoints = withRoutingKeys(readEndpoints(raw, access), 'endpoints', report);
  const keyedInternal = withRoutingKeys(readInternal(raw, report), 'internal', report);
  const inputs = readInputs(raw, report);
  const outputs = readOutputs(raw, report);
  const sources = sourcesOf({ endpoints: keyedEndpoints, internal: keyedInternal, inputs, outputs });
  const read = readWorkers(raw, { sources, declared, directoryOf, report });
  const plugins = readPlugins(raw, { directoryOf, report });
  const workers = withPlugins(completeFilters(read, sources, report), plugins, report);
  const [endpoints, internal] = [withOrders(keyedEndpoints, workers), withOrders(keyedInternal, workers)];
  const feeds = readFeeds(raw, access);
  checkForcedFilters(feeds, auth, report);
  checkCredentialHeaders(endpoints, auth, report);
  checkWorkers(workers, sources, report);
  const migrations = readMigrations(raw.migrations, directoryOf('/migrations'));
  const model = {
    info: readInfo(raw),
    endpoints,
    internal,
    inputs,
    outputs,
    workers,
    feeds,
    auth,
    plugins,
    migrations,
  };
  checkForeign(model, report);
  checkInputs(model, report);
  report.throwIfAny();
  if (onNote) report.notes.forEach(onNote);
  return deepFreeze(model);
}

function readInfo({ info = {} }: RawFile): Info {
  const { title = 'restmapper', version, description = '', contact, license } = info;
  return { title, version, description, contact, license };
}

/** An invalid `auth` section still counts as one: a mistake in it makes nothing public. */
function accessContext({ auth }: RawFile, written: unknown, report: Report): AccessContext {
  const section = membersOf(written).get('auth');
  const schemeNames = section === undefined ? undefined : keysOf(section, 'schemes');
  const context = { schemeNames, report };
  const defaults =
    auth?.default === undefined ? (schemeNames ?? []) : readNames(auth.default, '/auth/default', context);
  return { ...context, defaults, signing: signingNames(auth) };
}

function readEndpoints({ endpoints = {} }: RawFile, context: AccessContext): readonly Endpoint[] {
  const { report } = context;
  const routes: Route[] = [];
  const read = Object.entries(endpoints).flatMap(([key, raw]) => {
    const pointer = extendPointer('/endpoints', key);
    const route = parseRoute(key);
    if (typeof route === 'string') {
      report.atKey(pointer, route);
      return [];
    }
    routes.push(route);
    return readEndpoint({ route, raw, pointer }, context) ?? [];
  });
  checkRoutes(routes, report);
  return read;
}

/** Read before invalid parts are removed, so that a worker is not blamed for its endpoint. */
function keysOf(written: unknown, section: string): readonly string[] {
  return [...membersOf(membersOf(written).get(section)).keys()];
}

function membersOf(value: unknown): ReadonlyMap<string, unknown> {
  return new Map(typeof value === 'object' && value !== null ? Object.entries(value) : []);
}
