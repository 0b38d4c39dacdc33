import { checkMeaning, checkWording } from '../json-schema/json-schema-check.ts';
import { SharedSchemas } from '../json-schema/shared-schemas.ts';
import { subschemasOf } from '../json-schema/subschemas.ts';
import { findUnknownTargets } from '../json-schema/unknown-target.ts';
import type { JsonSchema } from '../model/model.ts';
import { extendPointer } from '../yaml/pointer.ts';
import type { Report } from '../yaml/report.ts';
import { replaceSchemas } from './schema-places.ts';
import type { RawFile } from './structure.ts';

/**
 * Adds the shared schemas of a file to each schema that refers to them, in place, so that every one stands for itself.
 *
 * Reports mistakes in the shared ones, and notes those that nothing uses.
 */
export function completeSchemas(raw: RawFile, report: Report): void {
  const shared = readShared(raw.schemas ?? {}, report);
  replaceSchemas(raw, (schema, pointer) => shared.complete(schema, pointer, report));
  for (const name of shared.unused) {
    const message = `no schema refers to \`#/schemas/${name}\``;
    report.noteAtKey(extendPointer('/schemas', name), message);
  }
}

function readShared(written: Readonly<Record<string, JsonSchema>>, report: Report): SharedSchemas {
  const areWorded = Object.entries(written).map(([name, schema]) => checkOwn(name, schema, report));
  const shared = new SharedSchemas(written, report);
  const areSound = areWorded.every(Boolean) && shared.isSound;
  if (!areSound || !checkMeaning(shared.whole, '', report)) shared.discard();
  return shared;
}

/** Keywords that would make a schema a document of its own, or depend on its users. */
const refused = ['$id', '$dynamicRef', '$dynamicAnchor'];

function checkOwn(name: string, schema: JsonSchema, report: Report): boolean {
  const pointer = extendPointer('/schemas', name);
  if (!checkWording(schema, pointer, report)) return false;
  const found = [...subschemasOf(schema, pointer)].flatMap(({ schema, pointer }) =>
    refused.filter((keyword) => keyword in schema).map((keyword) => ({ pointer, keyword })),
  );
  for (const { pointer, keyword } of found) {
    const message = `\`${keyword}\` does not work in a shared schema: refer to \`#/schemas/${name}\`, or to a part of it`;
    report.atKey(extendPointer(pointer, keyword), message);
  }
  if (found.length > 0) return false;
  const unknown = findUnknownTargets(schema, pointer);
  for (const { pointer, keyword, message } of unknown) {
    report.atValue(extendPointer(pointer, keyword), message);
  }
  return unknown.length === 0;
}
