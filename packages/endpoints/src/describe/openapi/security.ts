import type { Access } from '../../model/access.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Model } from '../../model/model.ts';
import { schemes } from '../../schemes/schemes.ts';

/**
 * The security schemes by which an endpoint or a feed knows its callers, by their names in the file; where
 * none of the file's default ones is among them, these too, since whoever looks at the system is known by them.
 */
export function securitySchemesOf({ auth, endpoints, feeds }: Model): JsonObject {
  if (!auth) return {};
  const used = new Set(
    [...endpoints, ...feeds].flatMap(({ access }) => (access.kind === 'public' ? [] : access.schemes)),
  );
  const names = auth.default.some((name) => used.has(name)) ? used : new Set([...used, ...auth.default]);
  const described = auth.schemes.filter(({ name }) => names.has(name));
  return Object.fromEntries(described.map((scheme) => [scheme.name, schemes[scheme.kind].openApi(scheme)]));
}

/**
 * What an operation asks of its caller: one of these.
 *
 * OpenAPI 3.1 lets any kind of scheme list what its role or scope must be.
 */
export function securityOf(access: Access): readonly JsonObject[] {
  if (access.kind === 'public') return [];
  return access.schemes.map((name) => ({ [name]: access.scopes }));
}
