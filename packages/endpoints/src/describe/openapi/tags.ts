import type { JsonObject } from '../../model/json.ts';
import type { Endpoint } from '../../model/model.ts';

/** A path's first segment that is neither a parameter nor a version, such as `v2`. */
const firstName = /^(?:\/(?:\{[^}]*\}|v\d+))*\/([^/{]+)/;

/**
 * The tag of an operation, by which viewers and generators group: `orders` for `/v2/orders/{id}`.
 *
 * A path without a name has the tag `default`, as viewers call the group of operations without any.
 */
export function tagOf(path: string): string {
  return firstName.exec(path)?.[1] ?? 'default';
}

/** All tags of a document, in the order of its operations. */
export function tagsOf(endpoints: readonly Endpoint[]): readonly JsonObject[] {
  return [...new Set(endpoints.map(({ path }) => tagOf(path)))].map((name) => ({
    name,
    description: name === 'default' ? 'All other endpoints.' : `The endpoints of \`${name}\`.`,
  }));
}
