import { isMap, type JsonMap } from '../json-schema/keyword.ts';
import { keywords } from '../json-schema/subschemas.ts';
import { methods } from '../model/model.ts';
import { extendPointer } from '../yaml/pointer.ts';
import type { Report } from '../yaml/report.ts';
import { describeFile } from './schema-file.ts';

/** A key that would be right elsewhere, and what to do. */
interface Misplaced {
  readonly pointer: string;
  readonly message: string;
}

/**
 * Reports keys that belong elsewhere in the file, often because of their indentation, and other ways to include files.
 *
 * @returns whether there are none.
 */
export function checkPlaces(file: unknown, report: Report): boolean {
  if (!isMap(file)) return true;
  const endpoints = isMap(file['endpoints']) ? file['endpoints'] : {};
  const found = [
    ...inclusions(file, '').filter(({ pointer }) => pointer !== '/include'),
    ...inclusions(endpoints, '/endpoints'),
    ...endpointKeysAtTop(file),
    ...sectionsBelow(endpoints),
    ...pathsWithoutMethod(endpoints),
    ...['internal', 'inputs', 'outputs', 'workers', 'feeds'].flatMap((section) => endpointsIn(file, section)),
    ...sourceSections.flatMap(([section, definition]) => {
      const sources = isMap(file[section]) ? file[section] : {};
      return Object.keys(sources).flatMap((key) => keysInSchemas({ section, key, definition }, sources[key]));
    }),
  ];
  for (const { pointer, message } of found) report.atKey(pointer, message);
  return found.length === 0;
}

function inclusions(map: JsonMap, pointer: string): readonly Misplaced[] {
  return ['include', 'includes', 'import', 'imports', '$ref', 'extends']
    .filter((key) => Object.hasOwn(map, key))
    .map((key) => ({
      pointer: extendPointer(pointer, key),
      message: `\`${key}\` includes nothing here: list files under \`include:\` at the top of the file`,
    }));
}

function endpointKeysAtTop(file: JsonMap): readonly Misplaced[] {
  const [known, own] = [propertiesOf('endpoint'), propertiesOf()];
  return Object.keys(file)
    .filter((key) => Object.hasOwn(known, key) && !Object.hasOwn(own, key))
    .map((key) => ({
      pointer: extendPointer('', key),
      message: `\`${key}\` belongs to an endpoint; indent it below one`,
    }));
}

function sectionsBelow(endpoints: JsonMap): readonly Misplaced[] {
  return Object.keys(propertiesOf())
    .filter((section) => Object.hasOwn(endpoints, section))
    .map((section) => ({
      pointer: extendPointer('/endpoints', section),
      message: `\`${section}\` belongs at the top of the file, beside \`endpoints\`; indent it less`,
    }));
}

/** As OpenAPI has them: a path, and the methods below it. */
function pathsWithoutMethod(endpoints: JsonMap): readonly Misplaced[] {
  return Object.entries(endpoints).flatMap(([key, value]) => {
    const below = isMap(value) ? Object.keys(value).map((name) => name.toUpperCase()) : [];
    const named = methods.filter((method) => below.includes(method));
    if (!key.startsWith('/') || named.length === 0) return [];
    const keys = named.map((method) => `\`${method} ${key}:\``).join(' and ');
    return [
      { pointer: extendPointer('/endpoints', key), message: `\`${key}\` lacks its method; write ${keys}` },
    ];
  });
}

function endpointsIn(file: JsonMap, section: string): readonly Misplaced[] {
  const entries = file[section];
  if (!isMap(entries)) return [];
  return Object.keys(entries)
    .filter((key) => methods.some((method) => key.startsWith(`${method} /`)))
    .map((key) => ({
      pointer: extendPointer(`/${section}`, key),
      message: `\`${key}\` is an endpoint; move it up, below \`endpoints\``,
    }));
}

/** The sections of the file with schemas, and the definition of their entries. */
const sourceSections = [
  ['endpoints', 'endpoint'],
  ['internal', 'internal'],
  ['inputs', 'input'],
  ['outputs', 'output'],
] as const;

interface SourcePlace {
  readonly section: string;
  readonly key: string;
  readonly definition: string;
}

/** Keys of a source, and properties, that stand directly in one of its schemas. */
function keysInSchemas({ section, key, definition }: SourcePlace, source: unknown): readonly Misplaced[] {
  const known = propertiesOf(definition);
  return ['body', 'query', 'params', 'headers', 'args', 'reply'].flatMap((part) => {
    const schema = isMap(source) ? source[part] : undefined;
    if (!isMap(schema)) return [];
    const unknown = Object.keys(schema).filter((name) => !keywords.has(name));
    return unknown.flatMap((name) => {
      const pointer = extendPointer(`/${section}`, key, part, name);
      if (Object.hasOwn(known, name))
        return [
          { pointer, message: `\`${name}\` belongs to \`${key}\`, beside \`${part}\`; indent it less` },
        ];
      if (Object.hasOwn(schema, 'properties') || !isSchema(schema[name])) return [];
      return [
        {
          pointer,
          message: `\`${name}\` is not a keyword; write \`properties:\` above it, and indent it further`,
        },
      ];
    });
  });
}

/** Whether a value is more likely a schema than the value of a misspelt keyword. */
function isSchema(value: unknown): boolean {
  return (
    isMap(value) &&
    (typeof value['type'] === 'string' || typeof value['$ref'] === 'string' || Array.isArray(value['enum']))
  );
}

/** The keys of the file, or of one of its definitions. */
function propertiesOf(definition?: string): JsonMap {
  const file = describeFile();
  const definitions = isMap(file['definitions']) ? file['definitions'] : {};
  const schema = definition === undefined ? file : definitions[definition];
  return isMap(schema) && isMap(schema['properties']) ? schema['properties'] : {};
}
