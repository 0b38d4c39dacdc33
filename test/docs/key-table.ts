import { propertiesOf, type Schema, schemaAt } from './file-schema.ts';

/** The row of one key in a table. */
export interface KeyRow {
  /** In the file's schema. */
  readonly pointer: string;
  /** Relative to the key that the table describes, such as `batch.size`. */
  readonly name: string;
  readonly type: string;
  readonly meaning: string;
  /** The meaning of an absent key. */
  readonly absent: string;
}

/** Explains the keys below a part of the file's schema, except those below a part with a table of its own. */
export function keyRows(pointer: string, ownTables: readonly string[], prefix = ''): readonly KeyRow[] {
  const parent = schemaAt(pointer);
  return propertiesOf(parent).flatMap(([key, schema]) => {
    const own = `${pointer}/properties/${key}`;
    const { meaning, absent } = explain(schema);
    const row = { pointer: own, name: prefix + key, type: typeOf(schema), meaning };
    return [
      { ...row, absent: needOf(key, parent) ?? absent ?? formatDefault(schema['default']) },
      ...(ownTables.includes(own) ? [] : keyRows(own, ownTables, `${prefix}${key}.`)),
    ];
  });
}

/** Writes rows as a table in Markdown. */
export function formatKeyTable(rows: readonly KeyRow[]): string {
  return formatTable(
    ['key', 'type', 'meaning', 'default'],
    rows.map(({ name, type, meaning, absent }) => [`\`${name}\``, type, meaning, absent]),
  );
}

/** Writes cells as a table in Markdown, each row on a line. */
export function formatTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`)
    .join('');
}

/** Splits a description into the meaning of the key and, at its end, that of its absence. */
export function explain(schema: Schema): { readonly meaning: string; readonly absent: string | undefined } {
  const description = String(schema['description']);
  const [, meaning = description, absent] = /^(.*) Absent: (.*)\.$/s.exec(description) ?? [];
  return { meaning, absent };
}

function needOf(key: string, { required, oneOf }: Schema): string | undefined {
  if (requiredBy(required).includes(key)) return 'required';
  const choices = Array.isArray(oneOf) ? oneOf.flatMap((choice) => requiredBy(choice.required)) : [];
  return choices.includes(key) ? `required: ${listOf(choices.map(code))}` : undefined;
}

function requiredBy(required: unknown): readonly string[] {
  return Array.isArray(required) ? required : [];
}

function formatDefault(value: unknown): string {
  if (value === undefined) return '';
  if (value === '') return 'empty';
  if (typeof value === 'object') return 'none';
  return typeof value === 'string' ? code(value) : JSON.stringify(value);
}

const typeNames: Readonly<Record<string, string>> = {
  array: 'list',
  boolean: '`true` or `false`',
  integer: 'whole number',
  object: 'mapping',
  string: 'text',
};

function typeOf(schema: Schema): string {
  const { $ref, type, const: only, enum: choices, not } = schema;
  if (typeof $ref === 'string') return referredType($ref);
  if (only !== undefined) return code(JSON.stringify(only));
  if (Array.isArray(choices)) return listOf(choices.map(code));
  if (type === 'integer') return `whole number, ${rangeOf(schema)}`;
  const names = [type].flat().filter((name) => name !== 'null');
  return names.map((name) => (name === 'boolean' && not ? '`true`' : typeNames[String(name)])).join(' or ');
}

/** Text and JSON Schemas have names; other definitions are described by their type. */
function referredType($ref: string): string {
  const definition = schemaAt($ref);
  if (definition['type'] !== 'string' && definition['$ref'] === undefined) return typeOf(definition);
  return String(definition['title']).replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase());
}

function rangeOf({ minimum, maximum }: Schema): string {
  return `${Number(minimum)} to ${Number(maximum)}`;
}

function code(text: unknown): string {
  return `\`${String(text)}\``;
}

function listOf(words: readonly string[]): string {
  return words.length > 1 ? `${words.slice(0, -1).join(', ')} or ${words.at(-1)}` : words.join('');
}
