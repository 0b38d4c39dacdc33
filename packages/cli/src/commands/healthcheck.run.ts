import { ConfigError } from '@restmapper/core';
import { checkHealth, parseSettings, type Role, roles } from '@restmapper/host';
import type { CommandCall } from '../command/cli-command.ts';

export interface HealthcheckCall extends CommandCall {
  readonly role: string;
}

/** Prints why the process is not ready, or nothing if it is. */
export async function run({ role, terminal }: HealthcheckCall): Promise<number> {
  const { adminPort, host } = parseSettings(terminal.env, {
    role: parseRole(role),
    readFile: terminal.readFile,
  });
  try {
    await checkHealth({ host, adminPort });
    return 0;
  } catch (error) {
    terminal.printError(`${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}

/** @throws ConfigError if there is no such role. */
function parseRole(value: string): Role {
  const role = Object.values(roles).find(({ name }) => name === value);
  if (role) return role;
  throw new ConfigError(`there is no role ${JSON.stringify(value)}; one of ${Object.keys(roles).join(', ')}`);
}
