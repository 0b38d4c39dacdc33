import type { ErrorObject } from 'ajv';
import { nameOf } from '../yaml/pointer.ts';
import { didYouMean } from '../yaml/suggestion.ts';

const typeNames: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: '`true` or `false`',
  integer: 'a whole number',
  null: 'empty',
  number: 'a number',
  object: 'a mapping',
  string: 'text',
};

/** Describes a mistake in one sentence, using the schema's own message if it has one. */
export function schemaSentence(error: ErrorObject): string {
  const { instancePath, keyword, params, propertyName } = error;
  if (keyword === 'additionalProperties') {
    return unknownKey(String(params['additionalProperty']), error);
  }
  if (isRequiredOfOldDraft(error)) {
    return '`required` is a list of names beside `properties`, such as `required: [name]`';
  }
  if (isListOfItems(error)) {
    return '`items` is one schema for all items; for a list of schemas write `prefixItems`';
  }
  const subject = propertyName === undefined ? nameOf(instancePath) : `\`${propertyName}\``;
  return `${subject} ${ownMessage(error) ?? predicate(error)}${adviceFor(error)}`;
}

/** `required: true`, as draft 3 had it, or a name without brackets. */
function isRequiredOfOldDraft({ instancePath, keyword, data }: ErrorObject): boolean {
  return (
    keyword === 'type' && ['boolean', 'string'].includes(typeof data) && instancePath.endsWith('/required')
  );
}

/** As drafts before 2020-12 had it. */
function isListOfItems({ instancePath, keyword, data }: ErrorObject): boolean {
  return keyword === 'type' && Array.isArray(data) && /\/(?:items|additionalItems)$/.test(instancePath);
}

/** What to do about texts that YAML does not read as their writers meant them. */
function adviceFor({ data, keyword, params }: ErrorObject): string {
  const needsMapping = keyword === 'type' && [params['type']].flat().includes('object');
  if (needsMapping && Array.isArray(data)) return '; write `name:` instead of `-`';
  if (needsMapping && data === null) return '; it is empty: write its keys below, indented further';
  if (typeof data !== 'string') return '';
  if (/^(?:true|false)$/.test(data)) return `; "${data}" in quotes is text`;
  if (/^(?:yes|no|on|off)$/i.test(data)) return `; \`${data}\` is text in YAML 1.2`;
  const [word = ''] = data.split(/\s/);
  if (keyword !== 'type' || params['type'] !== 'object' || !/^\w+:[^\s/]/.test(word)) return '';
  return `; write a blank after the \`:\` of \`${word}\``;
}

function predicate(error: ErrorObject): string {
  switch (error.keyword) {
    case 'required':
      return `lacks the key \`${error.params['missingProperty']}\``;
    case 'type':
      return `must be ${[error.params['type']].flat().map(typeName).join(' or ')}`;
    case 'enum':
      return notAllowed(error.data, [error.params['allowedValues']].flat());
    case 'minimum':
    case 'maximum':
      return `must be ${range(error.parentSchema)}, not ${JSON.stringify(error.data)}`;
    default:
      return error.message ?? 'is invalid';
  }
}

function ownMessage({ keyword, parentSchema }: ErrorObject): string | undefined {
  const name = {
    pattern: 'patternErrorMessage',
    oneOf: 'oneOfErrorMessage',
    anyOf: 'anyOfErrorMessage',
  }[keyword];
  const general = ['required', 'oneOf', 'anyOf'].includes(keyword) ? undefined : 'errorMessage';
  const own: unknown = (name && parentSchema?.[name]) ?? (general && parentSchema?.[general]);
  return typeof own === 'string' ? own : undefined;
}

function unknownKey(key: string, { parentSchema, data }: ErrorObject): string {
  if (key === '<<')
    return '`<<` merges nothing in YAML 1.2; repeat the keys, or use an alias for the whole value';
  const properties = Object.entries<ErrorObject['parentSchema']>(parentSchema?.['properties'] ?? {});
  const owners = properties.filter(([, schema]) => Object.hasOwn(schema?.['properties'] ?? {}, key));
  const there = owners.find(([name]) => Object.hasOwn(Object(data), name));
  const [owner] = there ?? owners[0] ?? [];
  if (owner !== undefined) return `\`${key}\` belongs in \`${owner}\`: write \`${owner}: { ${key}: … }\``;
  return `unknown key \`${key}\`${didYouMean(
    key,
    properties.map(([name]) => name),
  )}`;
}

function typeName(type: unknown): string {
  return typeNames[String(type)] ?? String(type);
}

function notAllowed(value: unknown, allowed: readonly unknown[]): string {
  const near = typeof value === 'string' ? didYouMean(value, allowed.map(String)) : '';
  return `must be one of ${allowed.join(', ')}, not ${JSON.stringify(value)}${near}`;
}

function range(schema: ErrorObject['parentSchema']): string {
  const { minimum, maximum } = schema ?? {};
  if (minimum === undefined) return `at most ${maximum}`;
  return maximum === undefined ? `at least ${minimum}` : `${minimum} to ${maximum}`;
}
