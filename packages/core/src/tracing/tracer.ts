import { ProxyTracerProvider, trace, type Tracer } from '@opentelemetry/api';

/** The name of the instrumentation, by which an SDK recognises these spans. */
const name = 'restmapper';

/**
 * The tracer of the OpenTelemetry SDK that the process has loaded; `undefined` without one.
 *
 * Without an SDK the API would accept spans and discard them. Asking first keeps that from costing anything.
 */
export function findTracer(): Tracer | undefined {
  const provider = trace.getTracerProvider();
  return provider instanceof ProxyTracerProvider
    ? provider.getDelegateTracer(name)
    : provider.getTracer(name);
}
