import type { Access } from '../auth/access.ts';
import type { Auth, Scheme } from '../auth/scheme.ts';
import type { JsonObject } from '../json.ts';

/** The security schemes of a document, by their names in the file. */
export function securitySchemesOf(auth: Auth | undefined): JsonObject {
  return Object.fromEntries((auth?.schemes ?? []).map((scheme) => [scheme.name, describe(scheme)]));
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
