export type WhereValue = string | number | boolean | null;
export type Where = Readonly<Record<string, WhereValue>>;

/** What was typed says no condition. */
export class WhereError extends Error {
  override readonly name = 'WhereError';
}

const condition = /\s*([^\s="]+)=("(?:[^"\\]|\\.)*"|[^\s"]*)(?:\s+|$)/y;

/**
 * Reads conditions such as `room=42 kind="late order"`, all of which must hold.
 *
 * A value is what JSON would make of it, else it is text: `room=42` asks for a number, `room="42"` for text.
 * @returns undefined when there is none.
 * @throws WhereError
 */
export function parseWhere(text: string): Where | undefined {
  if (text.trim() === '') return undefined;
  const entries: [string, WhereValue][] = [];
  let at = 0;
  while (at < text.length) {
    condition.lastIndex = at;
    const [whole, field, value] = condition.exec(text) ?? [];
    if (whole === undefined || field === undefined || value === undefined) {
      throw new WhereError('Write field=value, as in room=42 or kind="late order"');
    }
    entries.push([field, valueOf(value)]);
    at += whole.length;
  }
  return Object.fromEntries(entries);
}

function valueOf(text: string): WhereValue {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return text;
  }
  if (typeof value === 'number') return String(value) === text ? value : text;
  return value === null || typeof value === 'string' || typeof value === 'boolean' ? value : text;
}
