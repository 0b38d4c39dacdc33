import { ConfigError } from '@restmapper/core';
import { runService, type Service, type ServiceOptions } from '../process/service.ts';
import type { Role } from './role.ts';

/** Runs a process of a role until it is told to stop; resolves with the exit code. @throws ConfigError */
export async function runRole(role: Role, options: ServiceOptions): Promise<number> {
  const { open } = await role.load();
  const openIt = async (service: Service) => {
    refuseEmbeddedBus(service);
    return await open(service);
  };
  return await runService(role, openIt, options);
}

/** @throws ConfigError when there is no AMQP_URL: processes cannot share a bus in memory. */
function refuseEmbeddedBus({ role, settings }: Service): void {
  if (role.needs.bus === 'any' || settings.amqpUrls.length > 0) return;
  throw new ConfigError(
    `${role.name} needs AMQP_URL: the embedded bus lives within one process. Set it, or run \`restmapper start\``,
  );
}
