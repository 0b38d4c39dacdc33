import type { Message } from '@restmapper/bus';
import type { FindRoute } from '@restmapper/endpoints';
import type { Call } from './gateway-delivery.ts';

export interface RoutedMessage {
  readonly message: Message;
  /** Absent: its workers have one queue each. */
  readonly routingKey?: string;
}

/** Finds the way of a call's message to the right one of several queues. */
export function routeCall({ message, values }: Call, findRoute: FindRoute | undefined): RoutedMessage {
  if (!findRoute) return { message };
  const { routingKey, headers } = findRoute(values);
  return {
    routingKey,
    message: headers ? { ...message, headers: { ...message.headers, ...headers } } : message,
  };
}
