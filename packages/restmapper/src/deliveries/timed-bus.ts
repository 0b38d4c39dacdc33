import { type Bus, timingHeader } from '@restmapper/bus';
import type { GatewayContext } from '../answer/gateway-context.ts';
import { CallTiming } from '../answer/server-timing.ts';

/** Sends the message of one call. */
export type CallBus = Pick<Bus, 'publish' | 'request'>;

/** Measures what a call sends, asks the worker how long it takes, and tells the caller in `Server-Timing`. */
export function timeCall(bus: CallBus, context: GatewayContext): CallBus {
  const timing = new CallTiming();
  const tell = (value: string | undefined): void => {
    if (value !== undefined) context.set('server-timing', value);
  };
  return {
    async publish(exchange, message, options) {
      await bus.publish(exchange, message, options);
      timing.confirm();
      tell(timing.format());
    },
    async request(exchange, message, options) {
      const headers = { ...message.headers, [timingHeader]: 'on' };
      try {
        const onConfirm = (): void => timing.confirm();
        const reply = await bus.request(exchange, { ...message, headers }, { ...options, onConfirm });
        tell(timing.formatReplied(reply.workerMs));
        return reply;
      } catch (error) {
        tell(timing.format());
        throw error;
      }
    },
  };
}
