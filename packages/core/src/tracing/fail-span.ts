import { type Attributes, type Span, SpanStatusCode } from '@opentelemetry/api';

/** The code of an error, or the name of its class: never its text, which may contain what was sent. */
export function errorTypeOf(error: unknown): string {
  if (!(error instanceof Error)) return '_OTHER';
  if ('code' in error && typeof error.code === 'string' && error.code !== '') return error.code;
  return error.name;
}

/** Marks a span as failed. */
export function failSpan(span: Span, errorType: string): void {
  span.setAttribute('error.type', errorType);
  span.setStatus({ code: SpanStatusCode.ERROR });
}

/**
 * Records an error where it was thrown: its class and the places in the code, without its text.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/exceptions/exceptions-spans/
 */
export function recordError(span: Span, error: unknown, attributes: Attributes = {}): void {
  span.addEvent('exception', {
    'exception.type': error instanceof Error ? error.name : typeof error,
    ...(error instanceof Error && { 'exception.stacktrace': placesOf(error) }),
    ...attributes,
  });
}

/** The lines of a stack below the text, which may have any number of lines itself. */
function placesOf({ stack = '', message }: Error): string {
  const lines = stack.slice(stack.indexOf(message) + message.length).split('\n');
  const first = lines.findLastIndex((line) => !/^ {4}at /.test(line)) + 1;
  return lines.slice(first).join('\n');
}
