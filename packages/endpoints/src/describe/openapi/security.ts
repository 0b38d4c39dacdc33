import type { Access } from '../../model/access.ts';
import type { Scheme } from '../../model/scheme.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Model } from '../../model/model.ts';

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
  const schemes = auth.schemes.filter(({ name }) => names.has(name));
  return Object.fromEntries(schemes.map((scheme) => [scheme.name, describe(scheme)]));
}

function describe(scheme: Scheme): JsonObject {
  switch (scheme.kind) {
    case 'jwt':
      return {
        type: 'http',
        scheme: 'bearer',
        bearerFormat: 'JWT',
        description: `A token of ${scheme.issuer} for ${scheme.audience}.`,
      };
    case 'apiKey':
      return { type: 'apiKey', in: 'header', name: scheme.header };
    case 'basic':
      return { type: 'http', scheme: 'basic' };
    default:
      return {
        type: 'apiKey',
        in: 'header',
        name: scheme.headers[0],
        description: `A service decides by ${scheme.headers.join(', ')}.`,
      };
  }
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
