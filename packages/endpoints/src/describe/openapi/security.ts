import type { Access } from '../../model/access.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Model } from '../../model/model.ts';
import { schemes } from '../../schemes/schemes.ts';

/**
 * The security schemes of endpoints and feeds, by their names in the file, and the default ones, which
 * protect the system report.
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
 * The alternatives that an operation accepts.
 *
 * OpenAPI 3.1 allows scopes or roles for any kind of scheme.
 */
export function securityOf(access: Access): readonly JsonObject[] {
  if (access.kind === 'public') return [];
  return access.schemes.map((name) => ({ [name]: access.scopes }));
}
