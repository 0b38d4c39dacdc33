import { ConfigError } from '@restmapper/core';
import {
  type ConsumedType,
  type Endpoint,
  type JsonSchema,
  SchemaCompiler,
  type Texts,
} from '@restmapper/endpoints';
import type { GivenValue } from './call-values.ts';
import { typeOfFile } from './file-type.ts';

/** A whole body, and the file that it comes from. */
export interface GivenData {
  readonly bytes: Buffer;
  readonly file?: string;
}

/** The body as a caller writes it. */
export interface BodyInput {
  /** The fields of a JSON object or of a form. */
  readonly fields: readonly GivenValue[];
  /** The whole body, instead of fields. */
  readonly data: GivenData | undefined;
  /** The media type that the caller chooses. */
  readonly type: string | undefined;
}

/** A body as it is sent. */
export interface CallBody {
  readonly bytes: Buffer;
  readonly type: string;
}

/**
 * Makes the body of a call: data is sent as it is, fields become JSON if the endpoint takes it, else a form.
 *
 * Without a chosen type, data has that of its file's name if the endpoint takes it, else JSON if the endpoint takes it,
 * else the only type.
 * @throws ConfigError if the body or its type cannot be chosen.
 */
export function bodyOfCall(endpoint: Endpoint, input: BodyInput): CallBody | undefined {
  const { data, type } = input;
  const { body, consumes } = endpoint;
  if (body === undefined) return data && { bytes: data.bytes, type: type ?? 'application/json' };
  if (data) return { bytes: data.bytes, type: type ?? typeOfData(data, consumes) };
  const format = formatOfFields(consumes, type);
  if (format === undefined) throw new ConfigError(needsData(consumes));
  const text = format === 'json' ? objectOf(body, input.fields) : formOf(input.fields);
  return { bytes: Buffer.from(text), type: type ?? typeOfFormat(consumes, format) };
}

function formatOfFields(consumes: readonly ConsumedType[], type = ''): 'json' | 'form' | undefined {
  const given = type.split(';', 1)[0]?.trim().toLowerCase();
  const isForm = ({ format }: ConsumedType): boolean => format === 'form';
  if (given === 'application/x-www-form-urlencoded') return 'form';
  if (given?.endsWith('json') || consumes.some(({ format }) => format === 'json')) return 'json';
  return consumes.some(isForm) ? 'form' : undefined;
}

function typeOfFormat(consumes: readonly ConsumedType[], wanted: 'json' | 'form'): string {
  return consumes.find(({ format }) => format === wanted)?.type ?? 'application/json';
}

function typeOfData({ file = '' }: GivenData, consumes: readonly ConsumedType[]): string {
  const named = typeOfFile(file);
  const takes = (type: string): boolean => consumes.some((consumed) => consumed.type === type);
  if (named !== undefined && (takes(named) || takes(named.replace(/\/.*/, '/*')))) return named;
  const json = consumes.find(({ format }) => format === 'json');
  if (json) return json.type;
  const [only, ...others] = consumes.map(({ type }) => type);
  if (only !== undefined && others.length === 0 && !only.endsWith('/*')) return only;
  throw new ConfigError(`the type of the body is unknown: name it with --type, one of ${listOf(consumes)}`);
}

function needsData(consumes: readonly ConsumedType[]): string {
  return `the body is ${listOf(consumes)}: give it with --data @file, or --data - for standard input`;
}

function listOf(consumes: readonly ConsumedType[]): string {
  return consumes.map(({ type }) => type).join(', ');
}

/** The JSON of an object with these fields; numbers of JSON values stay as written. */
function objectOf(schema: JsonSchema, fields: readonly GivenValue[]): string {
  const texts = textsOf(fields.filter(({ isJson }) => !isJson));
  const typed = new SchemaCompiler().compileText(schema)(texts).values;
  const members = new Map(Object.keys(texts).map((name) => [name, JSON.stringify(typed[name])]));
  for (const { name, text, isJson } of fields) if (isJson) members.set(name, text);
  return `{${[...members].map(([name, json]) => `${JSON.stringify(name)}:${json}`).join(',')}}`;
}

function formOf(fields: readonly GivenValue[]): string {
  const json = fields.find(({ isJson }) => isJson);
  if (json) throw new ConfigError(`the body is a form, whose values are text: write ${json.name}=…`);
  return new URLSearchParams(fields.map(({ name, text }): [string, string] => [name, text])).toString();
}

/** The texts of values by name; a repeated name is an array. */
export function textsOf(values: readonly Pick<GivenValue, 'name' | 'text'>[]): Texts {
  const texts: Texts = Object.create(null);
  for (const { name, text } of values) {
    const earlier = texts[name];
    texts[name] = earlier === undefined ? text : [earlier, text].flat();
  }
  return texts;
}
