import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import type { RawDelivery, RawForeign } from '../deliveries/delivery-spec.ts';
import type { RawHandlerKeys } from '../handlers/handler-spec.ts';
import type { EndpointKind, Info, JsonSchema } from '../model/model.ts';
import type { JsonObject } from '../model/json.ts';
import type { RawAccess } from './auth/access.ts';
import type { RawAuth } from './auth/auth-reader.ts';
import { extendPointer, pointerNames } from '../yaml/pointer.ts';
import type { RawRateLimit } from './rate-limit-reader.ts';
import type { Report } from '../yaml/report.ts';
import { describeFile } from './schema-file.ts';
import { schemaSentence } from '../json-schema/schema-sentence.ts';
import { suggestionIn } from '../yaml/suggestion.ts';

let ajv: Ajv | undefined;

/** Compiled at first use, since it takes longer than everything else in a command that reads no file. */
function compile(schema: JsonObject): ValidateFunction {
  ajv ??= createAjv();
  return ajv.compile(schema);
}

function createAjv(): Ajv {
  const created = new Ajv({ allErrors: true, verbose: true, strictTypes: false, strictRequired: false });
  created.addVocabulary(['errorMessage', 'patternErrorMessage', 'oneOfErrorMessage', 'anyOfErrorMessage']);
  created.addSchema(describeFile(), 'file');
  return created;
}

/** The file without violations of its schema; anything may be missing. */
export interface RawFile {
  readonly info?: Partial<Info>;
  readonly endpoints?: Readonly<Record<string, RawEndpoint>>;
  readonly internal?: Readonly<Record<string, RawInternal>> | null;
  readonly inputs?: Readonly<Record<string, RawInput>> | null;
  readonly outputs?: Readonly<Record<string, RawOutput>> | null;
  readonly workers?: Readonly<Record<string, RawWorker>> | null;
  readonly feeds?: Readonly<Record<string, RawFeed | null>> | null;
  readonly auth?: RawAuth;
  readonly schemas?: Readonly<Record<string, JsonSchema>> | null;
  readonly plugins?: Readonly<Record<string, RawPluginGroup>> | null;
  readonly migrations?: string;
}

export interface RawEndpoint extends RawAccess, RawDeliveries {
  readonly rateLimit?: RawRateLimit;
  readonly summary?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly status?: number;
  readonly location?: string;
  readonly body?: RawSchema | boolean;
  readonly query?: RawSchema;
  readonly params?: RawSchema;
  readonly headers?: RawSchema;
  readonly reply?: RawSchema | boolean;
  readonly produces?: readonly string[];
  readonly replyHeaders?: readonly string[];
  readonly maxBody?: string;
  readonly consumes?: readonly string[];
  readonly raw?: boolean;
  readonly feed?: string;
  readonly idempotency?: true | { readonly keep?: string };
}

/** A source through which only workers send. */
export interface RawInternal extends RawDeliveries {
  readonly summary?: string;
  readonly description?: string;
  readonly body?: RawSchema | boolean;
  readonly args?: RawSchema;
  readonly reply?: RawSchema | boolean;
  readonly feed?: string;
}

/** Where messages come from other applications. */
export interface RawInput {
  readonly summary?: string;
  readonly description?: string;
  readonly from?: readonly RawOriginExchange[];
  readonly queue?: string;
  readonly id?: string;
  readonly body?: RawSchema | boolean;
}

/** An exchange of another application. */
export interface RawOriginExchange {
  readonly exchange?: string;
  readonly bind?: string;
  readonly match?: Readonly<Record<string, string | number>>;
  readonly declare?: 'topic';
}

/** Where workers publish to another application. */
export interface RawOutput extends RawForeign {
  readonly summary?: string;
  readonly description?: string;
  readonly body?: RawSchema | boolean;
  readonly timeout?: string;
}

/** The content under the keys of endpoint kinds; the file may have one. */
export type RawDeliveries = Readonly<Partial<Record<EndpointKind, RawDelivery>>>;

export type RawSchema = Readonly<Record<string, unknown>>;

export interface RawWorker extends RawHandlerKeys {
  readonly on?: string | readonly string[];
  readonly use?: string;
  readonly with?: JsonObject;
  readonly queue?: string;
  readonly only?: readonly (string | number | boolean)[];
  readonly orderingKey?: string;
  readonly partitions?: number;
  readonly retries?: number;
  readonly once?: boolean;
  readonly database?: boolean;
  readonly whenAway?: 'wait' | 'fail';
  readonly concurrency?: number;
  readonly batch?: { readonly size?: number; readonly wait?: string };
}

/** The paths of modules by name, and the folders under `from`. */
export interface RawPluginGroup {
  readonly from?: string | readonly (string | null)[] | null;
  readonly [name: string]: RawPluginGroup['from'];
}

export interface RawFeed extends RawAccess {
  readonly maxAge?: string;
  readonly maxBytes?: string;
  readonly payload?: 'data' | 'none' | readonly string[];
  readonly whenSlow?: 'disconnect' | 'skip' | 'latest';
  readonly where?: Readonly<Record<string, string>>;
}

type StructureCheck = (value: unknown, report: Report) => object;

/** Creates a check by a part of the schema of `endpoints.yaml`. */
export function createStructureCheck(part: string): StructureCheck {
  return createSchemaCheck({ $ref: `file${part}` });
}

/**
 * Creates a check by a schema: it reports all violations, and removes them from the value, so that the rest can be
 * checked further and every mistake is found at once.
 */
export function createSchemaCheck(schema: JsonObject): StructureCheck {
  let validate: ValidateFunction | undefined;
  return (value, report) => {
    validate ??= compile(schema);
    if (validate(value)) return value as object;
    const errors = (validate.errors ?? []).filter(isOfInterest);
    const misspelt = errors.filter(isUnknownKey);
    for (const error of errors) if (!followsFrom(error, misspelt)) reportError(error, report);
    for (const error of errors) remove(value, wrongPointer(error));
    // Violations were removed, so anything may be missing.
    return isObject(value) ? value : {};
  };
}

/** Checks a whole `endpoints.yaml`. */
export const checkStructure: (value: unknown, report: Report) => RawFile = createStructureCheck('#');

const insideJsonSchema =
  /^\/(?:(?:endpoints|internal|inputs|outputs)\/[^/]+\/(?:body|args|query|params|headers|reply)|schemas\/[^/]+)\//;

/** Skips JSON Schemas and the keys of endpoints, which have separate checks, and repetitions. */
function isOfInterest(error: ErrorObject): boolean {
  const { data, instancePath, keyword, parentSchema, propertyName, schemaPath } = error;
  if (insideJsonSchema.test(instancePath) || parentSchema?.['$id'] !== undefined) return false;
  if (instancePath === '/endpoints' && propertyName !== undefined) return false;
  if (isChoice(keyword)) return isObject(data);
  return keyword !== 'propertyNames' && !/\/(?:oneOf|anyOf)\//.test(schemaPath);
}

/** Whether the keyword lists alternatives, of which some key is required. */
function isChoice(keyword: string): boolean {
  return keyword === 'oneOf' || keyword === 'anyOf';
}

function isUnknownKey({ keyword }: ErrorObject): boolean {
  return keyword === 'additionalProperties';
}

/** Whether a key is missing because it is misspelt, which is reported. */
function followsFrom(
  { instancePath, keyword, params, schema }: ErrorObject,
  misspelt: ErrorObject[],
): boolean {
  if (!isMissing(keyword)) return false;
  const needed = keyword === 'required' ? [String(params['missingProperty'])] : requiredByAny(schema);
  return misspelt
    .filter((error) => error.instancePath === instancePath)
    .map((error) => suggestionIn(schemaSentence(error)))
    .some((suggestion) => suggestion !== undefined && needed.includes(suggestion));
}

/** The keys that alternatives require. */
function requiredByAny(alternatives: unknown): readonly string[] {
  if (!Array.isArray(alternatives)) return [];
  return alternatives.flatMap(
    (alternative: { readonly required?: readonly string[] }) => alternative.required ?? [],
  );
}

function reportError(error: ErrorObject, report: Report): void {
  const { instancePath, keyword, params, propertyName } = error;
  const sentence = schemaSentence(error);
  const key: unknown = propertyName ?? params['additionalProperty'];
  if (typeof key === 'string') report.atKey(extendPointer(instancePath, key), sentence);
  else if (isMissing(keyword)) report.atKey(instancePath, sentence);
  else report.atValue(instancePath, sentence);
}

function isMissing(keyword: string): boolean {
  return keyword === 'required' || isChoice(keyword);
}

/** The pointer of the value to remove; undefined if something is missing, or only misnamed. */
function wrongPointer({ instancePath, keyword, params, propertyName }: ErrorObject): string | undefined {
  if (propertyName !== undefined || isMissing(keyword)) return undefined;
  const key: unknown = params['additionalProperty'];
  return typeof key === 'string' ? extendPointer(instancePath, key) : instancePath;
}

/** Removes a value; of a list with a wrong item, the whole list. */
function remove(root: unknown, pointer: string | undefined): void {
  if (pointer === undefined) return;
  const names = pointerNames(pointer);
  let parent = root;
  for (const [index, name] of names.entries()) {
    if (!isObject(parent)) return;
    const value = parent[name];
    if (index === names.length - 1 || Array.isArray(value)) delete parent[name];
    parent = value;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
