import { type LeftBehind, parseBrokerUrl } from '@restmapper/bus';
import type { Service } from '../process/service.ts';

/**
 * Names in the log what a replaced topology has left on RabbitMQ, with the commands that delete its queues; and the
 * queues among them that still fill.
 */
export function reportLeftBehind(
  left: LeftBehind | undefined,
  { settings, log }: Pick<Service, 'settings' | 'log'>,
): void {
  const [url] = settings.amqpUrls;
  // What is left of the bus in memory ends with the process.
  if (left === undefined || url === undefined) return;
  const { exchanges, queues, bindings, exchangeBindings } = left;
  const vhost = decodeURIComponent(parseBrokerUrl(url).connect.vhost ?? '%2F');
  const option = vhost === '/' ? '' : ` --vhost ${quote(vhost)}`;
  // A binding goes with its exchange or its queue.
  const gone = new Set([...exchanges, ...queues]);
  const routes = [
    ...bindings.map(({ exchange, queue }) => [exchange, queue] as const),
    ...exchangeBindings.map(({ source, destination }) => [source, destination] as const),
  ].filter((ends) => !ends.some((end) => gone.has(end)));
  // A queue that is left behind still gets a copy of each message of an exchange that is not.
  const filling = bindings.flatMap(({ exchange, queue }) =>
    queues.includes(queue) && !exchanges.includes(exchange) ? [`${exchange} to ${queue}`] : [],
  );
  const fields = {
    ...(queues.length > 0 && {
      queues,
      delete: queues.map((queue) => `rabbitmqctl${option} delete_queue ${quote(queue)}`),
    }),
    ...(exchanges.length > 0 && { exchanges }),
    ...(routes.length > 0 && { bindings: routes.map((ends) => ends.join(' to ')) }),
    ...(filling.length > 0 && { filling }),
  };
  if (Object.keys(fields).length > 0)
    log.warn(fields, 'left on RabbitMQ by the file before; nothing deletes it by itself');
}

function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
