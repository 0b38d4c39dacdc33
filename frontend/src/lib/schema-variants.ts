import { type JsonSchema, type Keywords, mergeSchema, type ResolveRef } from './json-schema.ts';

/** One of several variants of a value, including the keywords common to all. */
export interface Variant {
  /** Unique among the variants. */
  readonly title: string;
  readonly schema: JsonSchema;
}

/** The variants under `oneOf` or `anyOf`; empty if there is no choice. */
export function variantsOf(keywords: Keywords, resolve: ResolveRef): readonly Variant[] {
  const { oneOf, anyOf, ...others } = keywords;
  const list = Array.isArray(oneOf) ? oneOf : anyOf;
  if (!Array.isArray(list) || list.length === 0) return [];
  // With both, the other one is a nested choice.
  const common = Array.isArray(oneOf) && anyOf !== undefined ? { ...others, anyOf } : others;
  const schemas = list as readonly JsonSchema[];
  const titles = unlike(schemas.map((schema, index) => titleOf(schema, { index, resolve })));
  return schemas.map((schema, index) => ({
    title: titles[index] ?? '',
    schema: Object.keys(common).length === 0 ? schema : { allOf: [common, schema] },
  }));
}

/** Whether a schema allows only null. */
export function isNothing(schema: JsonSchema, resolve: ResolveRef): boolean {
  const { type, const: only } = mergeSchema(schema, resolve);
  return type === 'null' || only === null;
}

interface TitlePlace {
  readonly index: number;
  readonly resolve: ResolveRef;
}

/** Its own title, its name in the document, or else its distinguishing feature. */
function titleOf(schema: JsonSchema, { index, resolve }: TitlePlace): string {
  const keywords = mergeSchema(schema, resolve);
  const { title, type, required } = keywords;
  if (typeof title === 'string' && title !== '') return title;
  const name = typeof schema === 'object' ? nameOf(schema['$ref']) : undefined;
  if (name !== undefined) return name;
  const properties = Object.entries((keywords['properties'] ?? {}) as Readonly<Record<string, JsonSchema>>);
  const constants = properties.flatMap(([member, value]) => constantOf(member, mergeSchema(value, resolve)));
  if (constants.length > 0) return constants.join(', ');
  const names = Array.isArray(required) && required.length > 0 ? required : properties.map(([key]) => key);
  if (names.length > 0) return `with ${names.join(', ')}`;
  return typeof type === 'string' ? type : `Variant ${index + 1}`;
}

function constantOf(member: string, { const: only, enum: options }: Keywords): string[] {
  const [option, ...others] = Array.isArray(options) ? options : [only];
  return option === undefined || others.length > 0 ? [] : [`${member} ${JSON.stringify(option)}`];
}

function nameOf(ref: unknown): string | undefined {
  if (typeof ref !== 'string') return undefined;
  const name = ref.split('/').at(-1);
  return name === undefined || name === '' ? undefined : decodeURIComponent(name);
}

function unlike(titles: readonly string[]): readonly string[] {
  return titles.map((title, index) =>
    titles.indexOf(title) === index && titles.lastIndexOf(title) === index
      ? title
      : `${title} (${index + 1})`,
  );
}
