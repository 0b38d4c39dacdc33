/** What an expectation says of a value instead of naming it. */
export type Marker =
  | { readonly kind: 'any' }
  | { readonly kind: 'type'; readonly type: string }
  | { readonly kind: 'match'; readonly pattern: RegExp }
  | { readonly kind: 'has'; readonly members: Readonly<Record<string, unknown>> };

export const typeNames = ['string', 'number', 'integer', 'boolean', 'null', 'array', 'object'] as const;

const names = ['$type', '$match', '$has'];

/**
 * Reads the marker that a value of an expectation is; `undefined` for a value that stands for itself.
 *
 * | marker | matches |
 * |---|---|
 * | `$any` | every value |
 * | `{ $type: string }` | every value of that JSON type |
 * | `{ $match: "^a" }` | texts that match the regular expression |
 * | `{ $has: { a: 1 } }` | objects with at least these members |
 * @throws SyntaxError if it is meant as a marker, but is not one.
 */
export function parseMarker(value: unknown): Marker | undefined {
  if (value === '$any') return { kind: 'any' };
  if (!isObject(value)) return undefined;
  const [name = '', ...others] = Object.keys(value);
  if (!name.startsWith('$')) return undefined;
  if (!names.includes(name))
    throw new SyntaxError(`there is no marker \`${name}\`: one of $any, ${names.join(', ')}`);
  if (others.length > 0) throw new SyntaxError(`\`${name}\` must be the only key, beside \`${others[0]}\``);
  return parseNamed(name, value[name]);
}

function parseNamed(name: string, given: unknown): Marker {
  if (name === '$has') {
    if (isObject(given)) return { kind: 'has', members: given };
    throw new SyntaxError('`$has` must be a mapping');
  }
  if (typeof given !== 'string') throw new SyntaxError(`\`${name}\` must be text`);
  if (name === '$match') return { kind: 'match', pattern: parsePattern(given) };
  if (typeNames.some((known) => known === given)) return { kind: 'type', type: given };
  throw new SyntaxError(`\`$type\` must be one of ${typeNames.join(', ')}, not ${JSON.stringify(given)}`);
}

function parsePattern(text: string): RegExp {
  try {
    return new RegExp(text, 'u');
  } catch {
    throw new SyntaxError(`\`${text}\` is not a regular expression`);
  }
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
