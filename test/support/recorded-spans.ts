import { context, propagation, trace } from '@opentelemetry/api';
import {
  InMemorySpanExporter,
  NodeTracerProvider,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-node';
import { use } from './use.ts';

export interface RecordedSpans {
  /** The spans that have ended, in that order. */
  all(): readonly ReadableSpan[];
  /** The only span with this name. */
  named(name: string): ReadableSpan;
}

/** Loads an OpenTelemetry SDK into this process until the end of the test. */
export function recordSpans(): RecordedSpans {
  const exporter = new InMemorySpanExporter();
  const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  provider.register();
  use(provider, async () => {
    for (const api of [trace, context, propagation]) api.disable();
    await provider.shutdown();
  });
  return {
    all: () => exporter.getFinishedSpans(),
    named(name) {
      const spans = exporter.getFinishedSpans();
      const found = spans.filter((span) => span.name === name);
      if (found.length === 1 && found[0]) return found[0];
      throw new Error(`${found.length} spans ${name} among ${spans.map((span) => span.name).join(', ')}`);
    },
  };
}

/** The id of a span's parent. */
export function parentOf({ parentSpanContext }: ReadableSpan): string | undefined {
  return parentSpanContext?.spanId;
}

/** The id of a span. */
export function idOf(span: ReadableSpan): string {
  return span.spanContext().spanId;
}
