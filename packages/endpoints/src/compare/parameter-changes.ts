import type { JsonObject } from '../model/json.ts';
import { type Change, changesAt } from './change.ts';
import type { Sources } from './content-changes.ts';
import { breaking, compatible, type Finding, unclear } from './schema/finding.ts';
import { SchemaComparison } from './schema/compare-schemas.ts';
import { asObject, type SchemaSource } from './schema/schema-source.ts';

/** The parameters of an operation, by place and name; those of the path by their position. */
export type Parameters = ReadonlyMap<string, JsonObject>;

/** Reads the parameters of an operation and of its path item. */
export function parametersOf(source: SchemaSource, path: string, parameters: readonly unknown[]): Parameters {
  const positions = [...path.matchAll(/\{([^}]*)\}/g)].map(([, name]) => name);
  return new Map(
    parameters.map((value) => {
      const parameter = source.resolve(value);
      const [name, place] = [String(parameter['name']), parameter['in']];
      if (place === 'path') return [`path ${positions.indexOf(name)}`, parameter];
      // The names of headers have no case.
      return [`${String(place)} ${place === 'header' ? name.toLowerCase() : name}`, parameter];
    }),
  );
}

/** Compares the parameters of an operation. */
export function compareParameters(
  before: Parameters,
  after: Parameters,
  sources: Sources,
): readonly Change[] {
  const comparison = new SchemaComparison({ ...sources, direction: 'request', isText: true });
  const keys = [...new Set([...before.keys(), ...after.keys()])].filter(
    (key) => !isRest(before.get(key) ?? after.get(key)),
  );
  const changes = keys.flatMap((key) => {
    const [old, now] = [before.get(key), after.get(key)];
    const { name, in: place } = now ?? old ?? {};
    const findings = compareOne(old, now, { comparison, areOthersAccepted: acceptsOthers(after) });
    return changesAt(`${String(place)} parameter ${String(name)}`, findings);
  });
  return [...changes, ...changesAt('query', compareRest(before, after))];
}

interface OneOptions {
  readonly comparison: SchemaComparison;
  /** Whether parameters of the query that are not described are accepted. */
  readonly areOthersAccepted: boolean;
}

function compareOne(
  old: JsonObject | undefined,
  now: JsonObject | undefined,
  { comparison, areOthersAccepted }: OneOptions,
): readonly Finding[] {
  if (!now) {
    const isIgnored = old?.['in'] !== 'query' || areOthersAccepted;
    return [isIgnored ? compatible('is no longer described') : breaking('is no longer accepted')];
  }
  const isRequired = now['required'] === true;
  if (!old) return [isRequired ? breaking('is new and required') : compatible('is new')];
  const findings = comparison.compare(old['schema'], now['schema']);
  const wasRequired = old['required'] === true;
  if (wasRequired === isRequired) return findings;
  const changed = isRequired ? breaking('is required now') : compatible('is no longer required');
  return [changed, ...findings];
}

/** The parameter for all others: in OpenAPI, an object that is exploded. */
function isRest(parameter: JsonObject | undefined): boolean {
  const { in: place, explode, style, schema } = parameter ?? {};
  return (
    place === 'query' && style === 'form' && explode === true && 'additionalProperties' in asObject(schema)
  );
}

function acceptsOthers(parameters: Parameters): boolean {
  const query = queryOf(parameters);
  return query.length === 0 || query.some(isRest);
}

function queryOf(parameters: Parameters): readonly JsonObject[] {
  return [...parameters.values()].filter(({ in: place }) => place === 'query');
}

/** Whether parameters that neither document describes are still accepted. */
function compareRest(before: Parameters, after: Parameters): readonly Finding[] {
  const [old, now] = [acceptsOthers(before), acceptsOthers(after)];
  if (old === now) return [];
  if (now) return [compatible('other parameters are accepted now')];
  // Without a described query, restmapper passes on what the caller sends.
  if (queryOf(before).length === 0) return [unclear('parameters that are not described are refused now')];
  return [breaking('other parameters are no longer accepted')];
}
