import { findTracer } from '@restmapper/core/tracing';
import type {
  Bus,
  MessagingSystem,
  PublishOptions,
  RequestManyOptions,
  RequestOptions,
} from '../contract/bus.ts';
import type { Message, Reply } from '../contract/message.ts';
import { type SendSpan, startPublish, startRequest } from './send-span.ts';
import { TracedReplies } from './traced-replies.ts';

/** The sending half of a bus. */
export type Sender = Pick<Bus, 'publish' | 'request' | 'requestMany'>;

/** Sends with a span for each message, if the process has loaded an OpenTelemetry SDK. */
export class TracedSender implements Sender {
  readonly #sender: Sender;
  readonly #system: MessagingSystem;

  constructor(sender: Sender, system: MessagingSystem) {
    this.#sender = sender;
    this.#system = system;
  }

  publish(exchange: string, message: Message, options: PublishOptions): Promise<void> {
    const { routingKey } = options;
    const span = startPublish({ system: this.#system, exchange, message, routingKey });
    if (!span) return this.#sender.publish(exchange, message, options);
    return span.settle(this.#sender.publish(exchange, span.message, options));
  }

  request(exchange: string, message: Message, options: RequestOptions): Promise<Reply> {
    const { routingKey } = options;
    const span = startRequest({ system: this.#system, exchange, message, routingKey });
    if (!span) return this.#sender.request(exchange, message, options);
    return span.settle(this.#sender.request(exchange, span.message, options));
  }

  requestMany(exchange: string, message: Message, options: RequestManyOptions): AsyncIterable<Reply> {
    if (!findTracer()) return this.#sender.requestMany(exchange, message, options);
    const { routingKey } = options;
    const start = (): SendSpan | undefined =>
      startRequest({ system: this.#system, exchange, message, routingKey });
    return new TracedReplies(start, (span) =>
      this.#sender.requestMany(exchange, span?.message ?? message, options),
    );
  }
}
