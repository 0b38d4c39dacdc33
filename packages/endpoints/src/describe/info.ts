import type { JsonObject } from '../model/json.ts';
import type { Model } from '../model/model.ts';

/** The `info` of a document that describes a model; the version is that of its server where the file names none. */
export function infoOf({ info }: Model, version: string): JsonObject {
  const { title, description } = info;
  return { title, version: info.version ?? version, ...(description !== '' && { description }) };
}
