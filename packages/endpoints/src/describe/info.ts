import type { JsonObject } from '../model/json.ts';
import type { Model } from '../model/model.ts';

/** The `info` of a model's document; the version defaults to the server's. */
export function infoOf({ info }: Model, version: string): JsonObject {
  const { title, description, contact, license } = info;
  return {
    title,
    version: info.version ?? version,
    ...(description !== '' && { description }),
    ...(contact && { contact }),
    ...(license && { license }),
  };
}
