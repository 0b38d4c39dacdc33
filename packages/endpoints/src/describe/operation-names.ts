import type { Endpoint } from '../model/model.ts';

/**
 * Generates an identifier for each endpoint: `GET /orders/{id}` is `getOrdersById`.
 *
 * Endpoints with the same name, such as `/orders` and `/orders/`, are numbered from the second on.
 */
export function operationNames(endpoints: readonly Endpoint[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const taken = new Set<string>();
  for (const endpoint of endpoints) {
    const wanted = nameOf(endpoint);
    let name = wanted;
    for (let count = 2; taken.has(name); count += 1) name = `${wanted}${count}`;
    taken.add(name);
    names.set(endpoint.key, name);
  }
  return names;
}

function nameOf({ method, path }: Endpoint): string {
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
