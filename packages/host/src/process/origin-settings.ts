import type { OriginRules } from '@restmapper/auth';
import { ConfigError } from '@restmapper/core';

/** Reads `ALLOWED_ORIGINS`. @throws ConfigError for an invalid origin. */
export function parseAllowedOrigins(origins: readonly string[]): readonly string[] {
  for (const origin of origins) checkOrigin(origin);
  return origins;
}

/**
 * Validates the rights of pages of other origins.
 *
 * @throws ConfigError for credentials together with any origin: every page that a user opens could then act
 * in their name.
 */
export function checkOriginRules(rules: OriginRules): OriginRules {
  if (rules.allowCredentials && rules.allowedOrigins.includes('*')) {
    throw new ConfigError('ALLOW_CREDENTIALS does not go with * in ALLOWED_ORIGINS: list the origins');
  }
  return rules;
}

/**
 * An origin must be written as browsers send it: in lower case, without a path, and without the scheme's own
 * port.
 */
function checkOrigin(origin: string): void {
  if (origin === '*' || (URL.canParse(origin) && new URL(origin).origin === origin)) return;
  throw new ConfigError(
    `ALLOWED_ORIGINS must list origins such as https://app.example, or *, not ${JSON.stringify(origin)}`,
  );
}
