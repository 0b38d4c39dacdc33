import { ConfigError } from '@restmapper/core';
import {
  type BrokerDefinitions,
  brokerDefinitions,
  brokerUsers,
  type Terminal,
  databaseRoles,
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

export interface RolesCall extends TopologyCall {
  readonly adopt?: boolean;
}

/** @throws ConfigError with every mistake in the file, or naming the missing password. */
export function definitionsOf({ file, terminal, prefix, vhost }: DefinitionsCall): BrokerDefinitions {
  const model = openModel(file, terminal.env);
  const passwords = readPasswords(brokerUsers, 'BROKER', terminal);
  return brokerDefinitions(model, { prefix: checkPrefix(prefix), vhost, passwords });
}

/** @throws ConfigError naming the missing password. */
export function rolesOf({ terminal, prefix, adopt }: RolesCall): string {
  const passwords = readPasswords(databaseRoles, 'DATABASE', terminal);
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
