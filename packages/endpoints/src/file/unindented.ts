import { isMap, type JsonMap } from '../json-schema/keyword.ts';
import { extendPointer } from '../yaml/pointer.ts';
import type { Report } from '../yaml/report.ts';
import { describeFile } from './schema-file.ts';

/** The sections of the file, and the schema definition of their entries. */
const sections = {
  endpoints: 'endpoint',
  internal: 'internal',
  inputs: 'input',
  outputs: 'output',
  workers: 'worker',
  feeds: 'feed',
} as const;

/**
 * Reports keys that are not indented below their owner.
 *
 * @returns whether every key is indented far enough.
 */
export function checkIndentation(file: unknown, report: Report): boolean {
  if (!isMap(file)) return true;
  const found = [
    ...unindentedEntries(file),
    ...Object.keys(sections).flatMap((name) => unindentedKeys(file, name)),
  ];
  for (const { pointer, key, owner } of found) {
    report.atKey(pointer, `\`${key}\` belongs to \`${owner}\`; indent it further`);
  }
  return found.length === 0;
}

interface Unindented {
  readonly pointer: string;
  readonly key: string;
  /** The key that it belongs to. */
  readonly owner: string;
}

/** Entries beside their section: endpoints, and mappings after an empty section. */
function unindentedEntries(file: JsonMap): readonly Unindented[] {
  const known = propertiesOf(describeFile());
  const found: Unindented[] = [];
  let empty: string | undefined;
  for (const [key, value] of Object.entries(file)) {
    const owner = /^[A-Z]+ \//.test(key) && Object.hasOwn(file, 'endpoints') ? 'endpoints' : empty;
    if (Object.hasOwn(known, key)) empty = value === null && Object.hasOwn(sections, key) ? key : undefined;
    else if (owner !== undefined) found.push({ pointer: extendPointer('', key), key, owner });
  }
  return found;
}

/** Keys of an entry beside it; a worker or a feed may have the name of a key, but is a mapping. */
function unindentedKeys(file: JsonMap, section: string): readonly Unindented[] {
  const entries = file[section];
  if (!isMap(entries)) return [];
  const known = entryProperties(section);
  const found: Unindented[] = [];
  let owner: string | undefined;
  for (const [key, value] of Object.entries(entries)) {
    const isKey = Object.hasOwn(known, key) && (section === 'endpoints' || !isMap(value));
    if (isKey && owner !== undefined) found.push({ pointer: extendPointer('', section, key), key, owner });
    else owner = key;
  }
  return found;
}

function entryProperties(section: string): JsonMap {
  const { definitions } = describeFile();
  const name = Object.entries(sections).find(([key]) => key === section)?.[1];
  return isMap(definitions) && name !== undefined ? propertiesOf(definitions[name]) : {};
}

function propertiesOf(schema: unknown): JsonMap {
  return isMap(schema) && isMap(schema['properties']) ? schema['properties'] : {};
}
