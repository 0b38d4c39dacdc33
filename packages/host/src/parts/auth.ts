import { type Authenticator, openAuthenticator } from '@restmapper/auth';
import type { Service } from '../process/service.ts';

/**
 * Opens what decides who may call.
 *
 * @throws ConfigError when a key, or a file that the `auth` section names, is invalid.
 */
export function openAuth({ model, log, closers }: Service): Authenticator {
  return closers.add('auth', openAuthenticator(model.auth, { log }), (authenticator) =>
    authenticator.close(),
  );
}
