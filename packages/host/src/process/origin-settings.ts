import type { OriginRules } from '@restmapper/auth';
import { ConfigError } from '@restmapper/core';

/**
 * Reads what pages of other origins may do: `ALLOWED_ORIGINS` and `ALLOW_CREDENTIALS`.
 *
 * @throws ConfigError for what is no origin, and for credentials of any origin at all: each page that
 * somebody opens could then act in their name.
 */
export function parseOriginRules(env: Readonly<Record<string, string | undefined>>): OriginRules {
  const allowedOrigins = (env['ALLOWED_ORIGINS'] ?? '')
    .split(',')
    .map((origin) => origin.trim())
    .filter((origin) => origin !== '');
  for (const origin of allowedOrigins) checkOrigin(origin);
  const allowCredentials = env['ALLOW_CREDENTIALS']?.trim() || 'off';
  if (allowCredentials !== 'on' && allowCredentials !== 'off') {
    throw new ConfigError(`ALLOW_CREDENTIALS must be on or off, not ${JSON.stringify(allowCredentials)}`);
  }
  if (allowCredentials === 'on' && allowedOrigins.includes('*')) {
    throw new ConfigError('ALLOW_CREDENTIALS does not go with * in ALLOWED_ORIGINS: list the origins');
  }
  return { allowedOrigins, allowCredentials: allowCredentials === 'on' };
}

/** An origin is spelt as browsers send it: in lower case, without a path, and without the scheme's own port. */
function checkOrigin(origin: string): void {
  if (origin === '*' || (URL.canParse(origin) && new URL(origin).origin === origin)) return;
  throw new ConfigError(
    `ALLOWED_ORIGINS must list origins such as https://app.example, or *, not ${JSON.stringify(origin)}`,
  );
}
