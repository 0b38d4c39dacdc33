import { context, type Link, ROOT_CONTEXT, type Span, SpanKind, trace } from '@opentelemetry/api';
import type { Delivery, MessagingSystem, Outcome } from '@restmapper/bus';
import { errorTypeOf, failSpan, findTracer, parseTraceHeaders, recordError } from '@restmapper/core/tracing';
import type { Worker } from '@restmapper/endpoints';

/** What happened to one message of a batch. */
export interface ProcessedMessage {
  readonly delivery: Delivery;
  readonly outcome: Outcome;
  /** As in the metrics: the kind of the outcome, or `late`. */
  readonly label: string;
  /** Present if the worker failed at it, not if the message was refused or is to be retried as asked. */
  readonly failure: { readonly error: unknown } | undefined;
}

/** The span of a batch while it is being processed. */
export interface ProcessSpan {
  /** Processes the batch: spans that are opened meanwhile are its children. */
  run<T>(work: () => Promise<T>): Promise<T>;
  end(messages: readonly ProcessedMessage[]): void;
}

/**
 * Opens the span of a batch: `CONSUMER`.
 *
 * A request has one caller that waits, so its span is a child of the caller's. Events begin a trace of their own,
 * linked to those of their publishers: they may wait for hours, several workers may receive the same one, and a batch
 * has many publishers. `undefined` if the process has loaded no OpenTelemetry SDK.
 * @see https://opentelemetry.io/docs/specs/semconv/messaging/messaging-spans/#span-relationships
 */
export function startProcessSpan(
  { name }: Pick<Worker, 'name'>,
  system: MessagingSystem,
  batch: readonly Delivery[],
): ProcessSpan | undefined {
  const tracer = findTracer();
  const [first] = batch;
  if (!tracer || !first) return undefined;
  const { queue } = first;
  const caller = first.wantsReply ? parseTraceHeaders(first.headers) : undefined;
  const parent = caller ? trace.setSpanContext(ROOT_CONTEXT, caller) : ROOT_CONTEXT;
  const attributes = {
    'messaging.system': system,
    'messaging.operation.name': 'process',
    'messaging.operation.type': 'process',
    'messaging.destination.name': queue,
    'restmapper.worker': name,
    ...(batch.length === 1 ? factsOf(first) : { 'messaging.batch.message_count': batch.length }),
  };
  const links = caller ? [] : batch.flatMap((delivery) => linkTo(delivery, batch.length > 1));
  const span = tracer.startSpan(`process ${queue}`, { kind: SpanKind.CONSUMER, attributes, links }, parent);
  const active = trace.setSpan(parent, span);
  return {
    run: (work) => context.with(active, work),
    end(messages) {
      settle(span, messages);
      span.end();
    },
  };
}

function factsOf({ messageId, attempt }: Delivery): Record<string, string | number> {
  return { 'messaging.message.id': messageId, 'restmapper.message.attempt': attempt };
}

function linkTo(delivery: Delivery, isOneOfMany: boolean): Link[] {
  const publisher = parseTraceHeaders(delivery.headers);
  return publisher ? [{ context: publisher, ...(isOneOfMany && { attributes: factsOf(delivery) }) }] : [];
}

function settle(span: Span, messages: readonly ProcessedMessage[]): void {
  span.setAttribute('restmapper.outcome', [...new Set(messages.map(({ label }) => label))].join());
  const [only] = messages.length === 1 ? messages : [];
  if (only?.outcome.kind === 'reply' && only.outcome.status !== undefined) {
    span.setAttribute('restmapper.reply.status', only.outcome.status);
  }
  for (const { failure, delivery } of messages) {
    if (!failure) continue;
    failSpan(span, errorTypeOf(failure.error));
    recordError(span, failure.error, messages.length > 1 ? factsOf(delivery) : {});
  }
}
