import { ConfigError } from '@restmapper/core';
import { parseSettings, reachableHost, roles, type Terminal } from '@restmapper/host';

/** The URL of the `restmapper start` on this machine that the settings describe. @throws ConfigError */
export function startUrl({ env, readFile }: Pick<Terminal, 'env' | 'readFile'>): string {
  const { host, port } = parseSettings(env, { role: roles.start, readFile });
  if (port === 0)
    throw new ConfigError('PORT=0 picks a free port, which is not known here: name it with --url');
  return `http://${reachableHost(host)}:${port}`;
}
