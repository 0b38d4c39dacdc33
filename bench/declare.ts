import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { openAmqpBus } from '@restmapper/bus';
import { silentLog } from '@restmapper/core';
import { parseEndpoints, topologyOf } from '@restmapper/endpoints';
import { until } from '../test/support/until.ts';

/** Declares the exchanges and queues of a file, as every process of restmapper does when it starts. */
export async function declareQueues(amqpUrl: string, file: string): Promise<void> {
  const model = parseEndpoints(readFileSync(file, 'utf8'), { file, directory: dirname(file) });
  const bus = openAmqpBus({ urls: [amqpUrl], topology: topologyOf(model), name: 'bench', log: silentLog });
  await until(() => bus.status.state === 'up');
  await bus.close();
}
