import { ConfigError } from '@restmapper/core';
import { checkHealth, type Console, parseSettings, type Role, roles } from '@restmapper/host';

export interface HealthcheckCommand {
  readonly role: string;
  readonly console: Console;
}

/** Prints nothing when the process is ready, else why it is not. */
export async function healthcheck({ role, console }: HealthcheckCommand): Promise<number> {
  const { adminPort, host } = parseSettings(console.env, {
    role: parseRole(role),
    readFile: console.readFile,
  });
  try {
    await checkHealth({ host, adminPort });
    return 0;
  } catch (error) {
    console.printError(`${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}

/** @throws ConfigError when there is no such role. */
function parseRole(value: string): Role {
  const role = roles.find((known) => known === value);
  if (role) return role;
  throw new ConfigError(`there is no role ${JSON.stringify(value)}; one of ${roles.join(', ')}`);
}
