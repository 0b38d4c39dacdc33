import { ExactNumber } from '../numbers/exact-number.ts';

/**
 * A text that is the same for two JSON values exactly if JSON Schema considers them equal: numbers by value,
 * objects in any member order.
 *
 * Each text is prefixed with its length, which is cheaper than escaping.
 */
export function canonical(value: unknown): string {
  if (typeof value === 'string') return `${value.length}"${value}`;
  if (typeof value === 'number') return String(value === 0 ? 0 : value);
  if (value instanceof ExactNumber) {
    const { sign, digits, magnitude } = value.decimal;
    return `${sign < 0 ? '-' : ''}.${digits}e${magnitude}`;
  }
  if (typeof value !== 'object' || value === null) return String(value);
  return Array.isArray(value) ? ofList(value) : ofMembers(value);
}

function ofList(items: readonly unknown[]): string {
  let text = '[';
  for (const item of items) text += `${canonical(item)},`;
  return `${text}]`;
}

function ofMembers(object: object): string {
  const names = Object.keys(object);
  if (names.length > 1) names.sort();
  let text = '{';
  // The names are the object's own.
  for (const name of names)
    text += `${canonical(name)}${canonical((object as Record<string, unknown>)[name])},`;
  return `${text}}`;
}
