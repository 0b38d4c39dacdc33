import { ConfigError } from '@restmapper/core';
import {
  type BrokerDefinitions,
  brokerDefinitions,
  brokerUsers,
  type Terminal,
  databaseRolesOf,
  databaseRolesSql,
  openModel,
  readSecret,
} from '@restmapper/host';
import type { CommandCall, FileCall } from '../command/cli-command.ts';
import { passwordName } from './password-name.ts';

export interface TopologyCall extends CommandCall {
  /** The prefix of each user's name. */
  readonly prefix: string;
}

export interface DefinitionsCall extends FileCall, TopologyCall {
  readonly vhost: string;
}

export interface RolesCall extends FileCall, TopologyCall {
  readonly adopt?: boolean;
}

/** @throws ConfigError with every mistake in the file, or naming the missing password. */
export function definitionsOf({ file, terminal, prefix, vhost }: DefinitionsCall): BrokerDefinitions {
  const model = openModel(file, terminal.env);
  const passwords = readPasswords(brokerUsers, 'BROKER', terminal);
  return brokerDefinitions(model, { prefix: checkPrefix(prefix), vhost, passwords });
}

/** `undefined` if nothing of the file uses a database. @throws ConfigError like {@link definitionsOf} */
export function rolesOf({ file, terminal, prefix, adopt }: RolesCall): string | undefined {
  const roles = databaseRolesOf(openModel(file, terminal.env));
  if (roles.length === 0) return undefined;
  const passwords = readPasswords(roles, 'DATABASE', terminal);
  return databaseRolesSql({ prefix: checkPrefix(prefix), passwords, adopt });
}

/** `BROKER_GATEWAY_PASSWORD`, or the file that `BROKER_GATEWAY_PASSWORD_FILE` names. */
function readPasswords<Role extends string>(
  roles: readonly Role[],
  server: 'BROKER' | 'DATABASE',
  { env, readFile }: Terminal,
): Readonly<Record<Role, string>> {
  const entries = roles.map((role) => {
    const name = passwordName(server, role);
    const password = readSecret(env, name, readFile);
    if (password === undefined)
      throw new ConfigError(`${name} or ${name}_FILE must be set; only its hash is printed`);
    return [role, password] as const;
  });
  // Each role has an entry.
  return Object.fromEntries(entries) as Record<Role, string>;
}

/** It becomes part of SQL identifiers. */
function checkPrefix(prefix: string): string {
  if (/^[a-z][a-z0-9_]{0,40}$/.test(prefix)) return prefix;
  throw new ConfigError('--prefix must be a letter, then letters, digits and _, in lower case');
}
