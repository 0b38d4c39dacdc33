import {
  errorTypeOf,
  failSpan,
  findTracer,
  formatTraceHeaders,
  parseTraceHeaders,
} from '@restmapper/core/tracing';
import { type Context, context, ROOT_CONTEXT, type Span, SpanKind, trace } from '@opentelemetry/api';
import type { MessagingSystem } from '../contract/bus.ts';
import type { Message, Reply } from '../contract/message.ts';

/** A message that is about to be sent. */
export interface Sending {
  readonly system: MessagingSystem;
  readonly exchange: string;
  readonly message: Message;
  /** Of an event, or of a request to a foreign queue. */
  readonly routingKey?: string | undefined;
}

/**
 * Opens the span of an event: `PRODUCER`, until the broker has confirmed it.
 *
 * `undefined` if the process has loaded no OpenTelemetry SDK.
 * @see https://opentelemetry.io/docs/specs/semconv/messaging/rabbitmq/
 */
export function startPublish(sending: Sending): SendSpan | undefined {
  const tracer = findTracer();
  return tracer && open(tracer, sending, { operation: 'publish', kind: SpanKind.PRODUCER });
}

/** Opens the span of a request: `CLIENT`, until its reply has arrived. */
export function startRequest(sending: Sending): SendSpan | undefined {
  const tracer = findTracer();
  return tracer && open(tracer, sending, { operation: 'request', kind: SpanKind.CLIENT });
}

interface Operation {
  readonly operation: 'publish' | 'request';
  readonly kind: SpanKind;
}

function open(
  tracer: NonNullable<ReturnType<typeof findTracer>>,
  { system, exchange, message, routingKey = '' }: Sending,
  { operation, kind }: Operation,
): SendSpan {
  const destination = [exchange, routingKey].filter((name) => name !== '').join(':');
  const attributes = {
    'messaging.system': system,
    'messaging.operation.name': operation,
    'messaging.operation.type': 'send',
    'messaging.destination.name': destination,
    'messaging.message.id': message.messageId,
    ...(routingKey !== '' && { 'messaging.rabbitmq.destination.routing_key': routingKey }),
  };
  const span = tracer.startSpan(`${operation} ${destination}`, { kind, attributes }, parentOf(message));
  return new SendSpan(span, message);
}

/** The span that is active here, else that of the message, which an SDK without a context manager cannot know. */
function parentOf({ headers }: Message): Context {
  if (trace.getActiveSpan()) return context.active();
  const remote = parseTraceHeaders(headers);
  return remote ? trace.setSpanContext(ROOT_CONTEXT, remote) : ROOT_CONTEXT;
}

/** The span of a message while it is being sent. */
export class SendSpan {
  /** The message, which belongs to this span. */
  readonly message: Message;
  readonly #span: Span;

  constructor(span: Span, message: Message) {
    const { tracestate: _callers, ...headers } = message.headers;
    this.#span = span;
    this.message = { ...message, headers: { ...headers, ...formatTraceHeaders(span.spanContext()) } };
  }

  /** Ends the span when the event is confirmed, or the reply has arrived. */
  async settle<T extends Reply | void>(sent: Promise<T>): Promise<T> {
    try {
      const reply = await sent;
      if (reply) this.note(reply);
      return reply;
    } catch (error) {
      this.fail(error);
      throw error;
    } finally {
      this.end();
    }
  }

  /** Records the status of a reply; from 500 the request has failed. */
  note({ status }: Reply): void {
    if (typeof status !== 'number') return;
    this.#span.setAttribute('restmapper.reply.status', status);
    if (status >= 500) failSpan(this.#span, String(status));
  }

  fail(error: unknown): void {
    const errorType = errorTypeOf(error);
    // A caller that leaves is not a failure of the other side.
    if (errorType === 'CALLER_LEFT') this.#span.setAttribute('error.type', errorType);
    else failSpan(this.#span, errorType);
  }

  end(): void {
    this.#span.end();
  }
}
