import { capitalize } from '../operation-names.ts';

/** Names that mean something else in a module of types. */
export const reservedTypeNames = ['Array', 'Endpoints', 'Feeds', 'Record'] as const;

/** Makes a type's name of words, one that is not taken yet, and takes it. */
export function typeNameOf(words: readonly string[], taken: Set<string>): string {
  const parts = words.flatMap((word) => word.split(/[^A-Za-z0-9]+/)).filter((part) => part !== '');
  const joined = parts.map(capitalize).join('');
  const wanted = /^[A-Za-z]/.test(joined) ? joined : `Schema${joined}`;
  let name = wanted;
  for (let count = 2; taken.has(name); count += 1) name = `${wanted}${count}`;
  taken.add(name);
  return name;
}
