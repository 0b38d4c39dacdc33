import { checkHealth, parseSettings } from '@restmapper/host';
import type { CommandCall } from '../command/cli-command.ts';
import { parseRole } from '../command/role-argument.ts';

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
