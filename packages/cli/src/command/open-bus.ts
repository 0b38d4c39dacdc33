import { type Bus, BusError, openAmqpBus } from '@restmapper/bus';
import { ConfigError, silentLog, within } from '@restmapper/core';
import { type Model, topologyOf } from '@restmapper/endpoints';
import { openModel, parseSettings, roles } from '@restmapper/host';
import type { FileCall } from './cli-command.ts';

/** How long to wait for the broker. */
const connectTimeoutMs = 10_000;

/**
 * Runs a task with the bus of a file, and disconnects; resolves with the exit code.
 *
 * Errors of the broker go to standard error.
 * @throws ConfigError if the file or a setting is invalid, or the bus is embedded in another process.
 */
export async function withBus(
  { file, terminal }: FileCall,
  work: (bus: Bus, model: Model) => Promise<number>,
): Promise<number> {
  const { amqpUrls: urls } = parseSettings(terminal.env, { role: roles.work, readFile: terminal.readFile });
  const model = openModel(file, terminal.env);
  if (urls.length === 0) {
    throw new ConfigError(
      'this needs AMQP_URL. The embedded bus exists only within the process of `restmapper start`: use its page, under /system',
    );
  }
  const bus = openAmqpBus({ urls, topology: topologyOf(model), name: 'restmapper dlq', log: silentLog });
  try {
    await untilUp(bus);
    return await work(bus, model);
  } catch (error) {
    if (!(error instanceof BusError)) throw error;
    terminal.printError(`${error.message} (${error.code})\n`);
    return 1;
  } finally {
    await bus.close();
  }
}

/** @throws BusError BROKER_UNAVAILABLE */
export async function untilUp(bus: Bus): Promise<void> {
  let stop = (): void => {};
  const up = new Promise<void>((resolve) => {
    stop = bus.onStatus(({ state }) => {
      if (state === 'up') resolve();
    });
    if (bus.status.state === 'up') resolve();
  });
  const late = (): Error => new BusError('BROKER_UNAVAILABLE', bus.status.reason);
  await within(late, up, { timeoutMs: connectTimeoutMs }).finally(() => stop());
}
