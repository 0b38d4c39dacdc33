import type { JsonObject } from '../../model/json.ts';
import type { Endpoint } from '../../model/model.ts';
import { untagged } from '../../model/names.ts';

/** All tags of a document, in the order of its operations. */
export function tagsOf(endpoints: readonly Endpoint[]): readonly JsonObject[] {
  return [...new Set(endpoints.flatMap(({ tags }) => tags))].map((name) => ({
    name,
    description: name === untagged ? 'All other endpoints.' : `The endpoints of \`${name}\`.`,
  }));
}
