import { isMap, type JsonMap } from '../json-schema/keyword.ts';
import { namesOf } from '../yaml/name-list.ts';
import { extendPointer } from '../yaml/pointer.ts';
import type { Report } from '../yaml/report.ts';
import { checkPlaces } from './misplaced.ts';
import type { FilePart } from './parts.ts';
import { describeFile } from './schema-file.ts';
import { alternatives, schemasOfKey } from './schema-places.ts';
import { checkStructure, type RawFile } from './structure.ts';
import { checkIndentation } from './unindented.ts';

/** The sections whose entries are sources of messages; a file, with all that it includes, has one of them. */
export const sourceSections = ['endpoints', 'internal', 'inputs'] as const;

/** A file with all that it includes. */
export interface MergedFile {
  /** With the entries that the check has removed. */
  readonly written: JsonMap;
  readonly raw: RawFile;
  /** Of all files. */
  readonly report: Report;
  /** The folder that paths in a value are relative to: that of its file. */
  readonly directoryOf: (pointer: string) => string;
}

/**
 * Checks each file on its own, and merges them section by section; reports keys that two of them have.
 *
 * @throws ConfigError if the YAML of one is broken, or its keys are where their meaning is unclear.
 */
export function mergeParts(parts: readonly FilePart[], report: Report): MergedFile {
  const written: JsonMap = {};
  const raw: RawFile = {};
  let areClear = true;
  for (const { written: own, report: ownReport } of parts) {
    if (own !== undefined && checkIndentation(own, ownReport) && checkPlaces(own, ownReport)) {
      const section = { nodes: [describeFile()], pointer: '', report, ownReport };
      if (isMap(own)) mergeInto(written, structuredClone(own), section);
      mergeInto(raw, checkStructure(own, ownReport), section);
    } else areClear = false;
    if (ownReport !== report) report.include(ownReport);
  }
  if (!areClear) report.throwIfAny();
  if (parts.every((part) => isMap(part.written))) checkSources(written, report);
  const directories = new Map(parts.map(({ file, directory }) => [file, directory]));
  const directoryOf = (pointer: string): string => directories.get(report.fileOf(pointer)) ?? '';
  return { written, raw, report, directoryOf };
}

/** An unknown key, which is reported, may be meant as one of the sections. */
function checkSources(written: JsonMap, report: Report): void {
  const { properties } = describeFile();
  const areKnown = Object.keys(written).every((key) => Object.hasOwn(Object(properties), key));
  if (!areKnown || sourceSections.some((section) => Object.hasOwn(written, section))) return;
  report.atKey('', `the file needs one of ${namesOf(sourceSections)}`);
}

interface Section {
  /** What the file's schema says of it. */
  readonly nodes: readonly JsonMap[];
  readonly pointer: string;
  /** Of the files that are merged already. */
  readonly report: Report;
  /** Of the file that is added. */
  readonly ownReport: Report;
}

/**
 * Adds the keys of a section. Below keys that the file's schema names, such as `auth.schemes`, it adds theirs; an
 * entry under a name of the writer's choice is not taken apart.
 */
function mergeInto(target: object, added: object, section: Section): void {
  const { nodes, pointer, ...reports } = section;
  for (const [key, value] of Object.entries(added)) {
    const place = extendPointer(pointer, key);
    const before: unknown = Object.getOwnPropertyDescriptor(target, key)?.value;
    const known = nodes.flatMap(alternatives);
    const below = known.flatMap((node) => namedSchemas(node, key));
    if (place === '/include' || (value === null && before !== undefined)) continue;
    if (before === undefined || before === null) add(target, key, isMap(value) ? { ...value } : value);
    else if (isMap(before) && isMap(value) && below.length > 0) {
      mergeInto(before, value, { nodes: below, pointer: place, ...reports });
    } else if (known.some((node) => schemasOfKey(node, key).length > 0)) reportTwice(place, key, reports);
  }
}

/** A property, whatever its name. */
function add(target: object, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, enumerable: true, writable: true, configurable: true });
}

function namedSchemas({ properties }: JsonMap, key: string): readonly JsonMap[] {
  return isMap(properties) && Object.hasOwn(properties, key) ? [properties[key]].filter(isMap) : [];
}

function reportTwice(
  pointer: string,
  key: string,
  { report, ownReport }: Pick<Section, 'report' | 'ownReport'>,
): void {
  const place = report.lineOfKey(pointer, { from: ownReport.fileOf(pointer) });
  ownReport.atKey(pointer, `duplicate key \`${key}\`; it is already ${place}`);
}
