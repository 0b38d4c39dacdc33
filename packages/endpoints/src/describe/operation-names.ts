import type { Source } from '../model/model.ts';
import { isEndpoint } from '../model/sources.ts';

/**
 * Generates an identifier for each source: `GET /orders/{id}` is `getOrdersById`, `rows.changed` is `rowsChanged`.
 *
 * Sources with the same name, such as `/orders` and `/orders/`, are numbered from the second on.
 */
export function operationNames(sources: readonly Source[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const taken = new Set<string>();
  for (const source of sources) {
    const wanted = nameOf(source);
    let name = wanted;
    for (let count = 2; taken.has(name); count += 1) name = `${wanted}${count}`;
    taken.add(name);
    names.set(source.key, name);
  }
  return names;
}

function nameOf(source: Source): string {
  if (!isEndpoint(source)) {
    const [first = '', ...others] = source.key.split(/[^A-Za-z0-9]+/);
    return first + others.map(capitalize).join('');
  }
  const { method, path } = source;
  const words = path.split('/').flatMap((segment) => {
    const parts = segment.split(/[^A-Za-z0-9]+/).filter((part) => part !== '');
    return segment.startsWith('{') ? ['By', ...parts] : parts;
  });
  return method.toLowerCase() + words.map(capitalize).join('');
}

/** `getOrders` as the prefix of a type's name. */
export function capitalize(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
