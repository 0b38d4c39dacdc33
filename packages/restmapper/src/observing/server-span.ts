import type { IncomingMessage } from 'node:http';
import { context, propagation, type Span, SpanKind, trace } from '@opentelemetry/api';
import { failSpan, findTracer, recordError } from '@restmapper/core/tracing';
import type { RequestState } from '../answer/request-state.ts';
import type { ServedRequest } from './metrics.ts';

/** The span of a request while it is being served. */
export interface ServerSpan {
  /** Serves the request: spans that are opened meanwhile are its children. */
  run(serve: () => Promise<void>): Promise<void>;
  end(served: Pick<ServedRequest, 'method' | 'status'>, state: RequestState): void;
}

/** Other methods are `_OTHER`, since a caller may invent any number of them. */
const knownMethods: ReadonlySet<string> = new Set([
  'CONNECT',
  'DELETE',
  'GET',
  'HEAD',
  'OPTIONS',
  'PATCH',
  'POST',
  'PUT',
  'TRACE',
]);

/**
 * Opens the span of a request, which continues the caller's trace.
 *
 * If an instrumentation of Node's HTTP server has opened one, that one is used: it gets its route and its error.
 * `undefined` if the process has loaded no OpenTelemetry SDK. The query is left out, as it may contain secrets.
 * @see https://opentelemetry.io/docs/specs/semconv/http/http-spans/
 */
export function startServerSpan(request: IncomingMessage): ServerSpan | undefined {
  const tracer = findTracer();
  if (!tracer) return undefined;
  const instrumented = trace.getActiveSpan();
  if (instrumented) {
    return { run: (serve) => serve(), end: (served, state) => describe(instrumented, served, state) };
  }
  const { method = '', headers } = request;
  const isKnown = knownMethods.has(method);
  const parent = propagation.extract(context.active(), headers);
  const attributes = {
    'http.request.method': isKnown ? method : '_OTHER',
    ...(!isKnown && { 'http.request.method_original': method }),
    'url.path': pathOf(request),
    'url.scheme': 'encrypted' in request.socket ? 'https' : 'http',
  };
  const name = isKnown ? method : 'HTTP';
  const span = tracer.startSpan(name, { kind: SpanKind.SERVER, attributes }, parent);
  return {
    run: (serve) => context.with(trace.setSpan(parent, span), serve),
    end(served, state) {
      describe(span, served, state);
      span.setAttribute('http.response.status_code', served.status);
      span.end();
    },
  };
}

/** Adds the route and the failure, from a status of 500: what a caller does wrong is not an error of the server. */
function describe(
  span: Span,
  { method, status }: { method: string; status: number },
  state: RequestState,
): void {
  const { endpoint, requestId, failure } = state;
  span.setAttribute('http.response.header.x-request-id', [requestId]);
  if (endpoint) {
    span.updateName(`${knownMethods.has(method) ? method : 'HTTP'} ${endpoint.path}`);
    span.setAttribute('http.route', endpoint.path);
  }
  if (status < 500) return;
  failSpan(span, failure?.problem.code ?? String(status));
  if (failure?.problem.code === 'INTERNAL') recordError(span, failure.error);
}

function pathOf({ url = '' }: IncomingMessage): string {
  const [path = ''] = url.split('?', 1);
  return path;
}
