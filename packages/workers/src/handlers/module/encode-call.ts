import type { Envelope } from '@restmapper/bus';
import type { Violation } from '@restmapper/core';
import {
  headerFieldsOf,
  type JsonSchema,
  nearest,
  type SchemaCompiler,
  type Source,
} from '@restmapper/endpoints';

/** The parts of a call that a handler sends; absent parts are as a gateway sends them. */
export interface CallParts {
  readonly data?: unknown;
  readonly args?: unknown;
  readonly params?: unknown;
  readonly headers?: unknown;
}

/** A message of 16 MiB also has the other parts of the call. */
const maxDataBytes = 16_000_000;

/**
 * Encodes what a handler sends to a source, with the defaults of its schemas.
 *
 * @throws TypeError if it is not JSON, or violates the source's schemas.
 */
export type EncodeCall = (call: CallParts) => Envelope;

/** Creates the encoder of calls to a source. */
export function createCallEncoder(source: Source, compiler: SchemaCompiler): EncodeCall {
  const place = (part: string): Place => ({ key: source.key, part });
  const data = createDataEncoder(source.body, place('data'), compiler);
  const args = createValuesEncoder(source.query, place('args'), compiler);
  const params = createValuesEncoder(source.params, place('params'), compiler);
  const headers = createValuesEncoder(source.headers, place('headers'), compiler);
  const rename = createRenaming(source);
  return (call) => ({
    data: data(call.data ?? null),
    args: args(call.args) ?? jsonNull,
    params: params(call.params),
    headers: headers(rename(call.headers)),
  });
}

const jsonNull = Buffer.from('null');

/** A part of the calls to a source. */
interface Place {
  readonly key: string;
  readonly part: string;
}

function createDataEncoder(
  schema: JsonSchema | undefined,
  place: Place,
  compiler: SchemaCompiler,
): (value: unknown) => Buffer {
  const validate = schema === undefined ? undefined : compiler.compileJson(schema);
  const fill = schema === undefined ? undefined : compiler.compileDefaults(schema);
  return (value) => {
    const text = textOf(value, place);
    if (!validate) {
      if (value !== null) throw refused(place, 'takes no data');
      return jsonNull;
    }
    const written = Buffer.from(text);
    const bytes = fill ? fill(written, maxDataBytes) : written;
    if (!bytes) throw refused(place, 'gets data that its defaults make too long for a message');
    // What is sent is validated: a Date has become text, and members that are undefined are gone.
    expectNone(validate(JSON.parse(bytes.toString()), bytes), place);
    return bytes;
  };
}

/** Returns nothing for a part that the source does not have. */
function createValuesEncoder(
  schema: JsonSchema | undefined,
  place: Place,
  compiler: SchemaCompiler,
): (value: unknown) => Buffer | undefined {
  const read = schema === undefined ? undefined : compiler.compileValues(schema);
  return (given) => {
    const value: unknown = JSON.parse(textOf(given ?? {}, place));
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw refused(place, `takes an object as ${place.part}`);
    }
    if (!read) {
      if (Object.keys(value).length > 0) throw refused(place, `takes no ${place.part}`);
      return undefined;
    }
    // Parsed from JSON, so its members are own properties by name.
    const { values, violations } = read(value as Record<string, unknown>);
    expectNone(violations, place);
    return Buffer.from(JSON.stringify(values));
  };
}

/** Creates the renaming of headers as they are declared, in lower case; returns anything but an object as it is. */
function createRenaming({ key, headers }: Source): (given: unknown) => unknown {
  if (headers === undefined) return (given) => given;
  const declared = headerFieldsOf(headers).map(({ name }) => name);
  return (given) => {
    if (typeof given !== 'object' || given === null || Array.isArray(given)) return given;
    const renamed = new Map<string, unknown>();
    for (const [written, value] of Object.entries(given)) {
      const name = written.toLowerCase();
      if (!declared.includes(name)) throw unknownHeader(key, name, declared);
      if (renamed.has(name)) throw new TypeError(`${key} gets the header ${name} twice`);
      renamed.set(name, value);
    }
    return Object.fromEntries(renamed);
  };
}

function unknownHeader(key: string, name: string, declared: readonly string[]): TypeError {
  const near = nearest(name, declared);
  return new TypeError(
    `${key} declares no header ${name}${near === undefined ? '' : `; did you mean ${near}?`}`,
  );
}

function textOf(value: unknown, { key, part }: Place): string {
  const text: string | undefined = JSON.stringify(value);
  if (text === undefined) throw new TypeError(`the ${part} for ${key} is a ${typeof value}, not JSON`);
  return text;
}

function refused({ key }: Place, why: string): TypeError {
  return new TypeError(`${key} ${why}`);
}

function expectNone([first, ...others]: readonly Violation[], { key, part }: Place): void {
  if (!first) return;
  const more = others.length > 0 ? `, and ${others.length} more` : '';
  throw new TypeError(`${key} refuses its ${part}: ${first.pointer || 'it'} ${first.detail}${more}`);
}
