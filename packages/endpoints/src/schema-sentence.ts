import type { ErrorObject } from 'ajv';
import { didYouMean } from './suggestion.ts';

const typeNames: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: '`true` or `false`',
  integer: 'a whole number',
  null: 'empty',
  number: 'a number',
  object: 'a mapping',
  string: 'text',
};

/** Says in one sentence what a value has to be; where the schema says it in `errorMessage`, in its words. */
export function schemaSentence(error: ErrorObject): string {
  const own = ownMessage(error);
  if (own !== undefined) return own;
  switch (error.keyword) {
    case 'additionalProperties':
      return unknownKey(String(error.params['additionalProperty']), error.parentSchema?.['properties']);
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
      return error.message ?? 'is not valid';
  }
}

function ownMessage({ keyword, parentSchema }: ErrorObject): string | undefined {
  const name = { pattern: 'patternErrorMessage', oneOf: 'oneOfErrorMessage' }[keyword];
  const general = ['additionalProperties', 'required', 'oneOf'].includes(keyword)
    ? undefined
    : 'errorMessage';
  const own: unknown = (name && parentSchema?.[name]) ?? (general && parentSchema?.[general]);
  return typeof own === 'string' ? own : undefined;
}

function unknownKey(key: string, properties: unknown): string {
  return `unknown key \`${key}\`${didYouMean(key, Object.keys(properties ?? {}))}`;
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
