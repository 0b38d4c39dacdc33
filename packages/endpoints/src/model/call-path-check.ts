import type { CallPath } from './call-path.ts';
import type { JsonSchema, Source } from './model.ts';
import { didYouMean } from '../yaml/suggestion.ts';
import { applicators, propertiesOf } from './schema-properties.ts';

/** The parts of a source that say which values its calls have. */
export type CallShape = Pick<Source, 'key' | 'paramNames' | 'query' | 'body' | 'access'>;

/** Describes why no call of a source can have the value; `undefined` if one may have it. */
export function callPathFault(path: CallPath, { key, ...shape }: CallShape): string | undefined {
  const fault = faultOf(path, shape);
  return fault && `\`${path.text}\`: ${fault.replace('%', `\`${key}\``)}`;
}

function faultOf(
  { part, names }: CallPath,
  { paramNames, query, body, access }: Omit<CallShape, 'key'>,
): string | undefined {
  const [name = ''] = names;
  switch (part) {
    case 'params':
      if (paramNames.includes(name)) return undefined;
      return `the path of % has no parameter \`{${name}}\`${didYouMean(name, paramNames)}`;
    case 'args':
      return query === undefined ? '% has no `query`' : memberFault(names, query, 'query');
    case 'data':
      return body === undefined ? '% has no `body`' : memberFault(names, body, 'body');
    case 'identity':
      return access?.kind === 'public' ? '% is public, so its callers have no identity' : undefined;
    default:
      return '% declares no `headers`';
  }
}

/** Looks only where a schema lists its properties and allows no others. */
function memberFault(names: readonly string[], schema: JsonSchema, where: string): string | undefined {
  const [name, ...rest] = names;
  if (name === undefined || typeof schema === 'boolean') return undefined;
  const properties = propertiesOf(schema);
  const inner = properties.get(name);
  if (inner !== undefined) return memberFault(rest, inner as JsonSchema, where);
  const isClosed = schema['additionalProperties'] === false || schema['unevaluatedProperties'] === false;
  const mayDeclareMore = 'patternProperties' in schema || applicators.some((keyword) => keyword in schema);
  if (!isClosed || mayDeclareMore) return undefined;
  return `the \`${where}\` of % has no \`${name}\`${didYouMean(name, [...properties.keys()])}`;
}
