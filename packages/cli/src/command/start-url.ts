import { ConfigError } from '@restmapper/core';
import { basePathOf, parseSettings, reachableHost, roles, type Terminal } from '@restmapper/host';

type Environment = Pick<Terminal, 'env' | 'readFile'>;

/** The URL of the API of the `restmapper start` on this machine that the settings describe. @throws ConfigError */
export function apiUrl({ env, readFile }: Environment): string {
  return startUrl({ env, readFile }) + basePathOf(parseSettings(env, { role: roles.start, readFile }));
}

/** The URL of the `restmapper start` on this machine that the settings describe. @throws ConfigError */
export function startUrl({ env, readFile }: Environment): string {
  const { host, port } = parseSettings(env, { role: roles.start, readFile });
  if (port === 0)
    throw new ConfigError('PORT=0 picks a free port, which is not known here: name it with --url');
  return `http://${reachableHost(host)}:${port}`;
}
