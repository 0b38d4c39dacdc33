import type { CallPath } from './call-path.ts';
import type { JsonSchema, Source } from './model.ts';
import { didYouMean } from '../yaml/suggestion.ts';
import { resolveIn, SchemaParts } from './schema-parts.ts';
import { ownPropertiesOf } from './schema-properties.ts';

/** The parts of a source that say which values its calls have. */
export type CallShape = Pick<Source, 'key' | 'paramNames' | 'query' | 'body' | 'headers' | 'access'>;

/** Describes why no call of a source can have the value; `undefined` if one may have it. */
export function callPathFault(path: CallPath, { key, ...shape }: CallShape): string | undefined {
  const fault = faultOf(path, shape);
  return fault && `\`${path.text}\`: ${fault.replace('%', `\`${key}\``)}`;
}

function faultOf(
  { part, names }: CallPath,
  { paramNames, query, body, headers, access }: Omit<CallShape, 'key'>,
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
    case 'headers':
      return headers === undefined ? '% declares no `headers`' : headerFault(name, headers);
    case 'messageId':
      return undefined;
    default:
      return access?.kind === 'public' ? '% is public, so its callers have no identity' : undefined;
  }
}

/** Only headers under `properties` are read. */
function headerFault(name: string, headers: JsonSchema): string | undefined {
  const parts = new SchemaParts(resolveIn(headers)).together([headers]);
  const declared = parts.flatMap((part) => [...ownPropertiesOf(part).keys()]);
  return declared.includes(name)
    ? undefined
    : `% declares no header \`${name}\`${didYouMean(name, declared)}`;
}

function memberFault(names: readonly string[], schema: JsonSchema, where: string): string | undefined {
  const parts = new SchemaParts(resolveIn(schema));
  let found: readonly unknown[] = [schema];
  for (const name of names) {
    const all = parts.together(found);
    const inner = all.flatMap((part) => ownPropertiesOf(part).get(name) ?? []);
    if (inner.length === 0) return missingFault(name, { all, always: parts.always(found), parts, where });
    found = inner;
  }
  return undefined;
}

interface Members {
  /** The schemas of the object that may apply. */
  readonly all: readonly Readonly<Record<string, unknown>>[];
  /** Those that always do. */
  readonly always: readonly Readonly<Record<string, unknown>>[];
  readonly parts: SchemaParts;
  readonly where: string;
}

/** An undeclared member is a mistake only where no others are allowed. */
function missingFault(name: string, { all, always, parts, where }: Members): string | undefined {
  const isClosed = always.some(
    (part) => part['additionalProperties'] === false || part['unevaluatedProperties'] === false,
  );
  const mayDeclareMore = all.some(
    (part) =>
      'patternProperties' in part ||
      '$dynamicRef' in part ||
      ('$ref' in part && parts.targetOf(part) === undefined),
  );
  if (!isClosed || mayDeclareMore) return undefined;
  const known = all.flatMap((part) => [...ownPropertiesOf(part).keys()]);
  return `the \`${where}\` of % has no \`${name}\`${didYouMean(name, known)}`;
}
