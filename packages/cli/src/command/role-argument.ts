import { ConfigError } from '@restmapper/core';
import { type Role, roles } from '@restmapper/host';
import type { CliArgument } from './cli-command.ts';

const names = Object.keys(roles);

/** The argument of a command about a process of one role. */
export function roleArgument(purpose: string): CliArgument {
  return {
    usage: '[role]',
    summary: `${names.slice(0, -1).join(', ')} or ${names.at(-1)}: ${purpose}`,
    default: 'start',
    completions: names,
  };
}

/** @throws ConfigError if there is no such role. */
export function parseRole(value: string): Role {
  const role = Object.values(roles).find(({ name }) => name === value);
  if (role) return role;
  throw new ConfigError(`there is no role ${JSON.stringify(value)}; one of ${names.join(', ')}`);
}
