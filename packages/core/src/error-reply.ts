import { readErrorHeaders } from './error-headers.ts';
import { maxViolations, RequestError, type Violation } from './request-error.ts';

const maxDetailLength = 1024;
const screamingSnake = /^[A-Z][A-Z\d_]{0,63}$/;

/** The body of a worker's error. */
export interface Failure {
  readonly error: object;
}

/** Whether a reply's value has the form `{"error":{…}}`. */
export function isFailure(value: unknown): value is Failure {
  return isObject(value) && 'error' in value && isObject(value.error);
}

/**
 * Converts a worker's error for those that asked it.
 *
 * ```json
 * {"error":{"code":"NO_FUNDS","description":"…","errors":[{"pointer":"/a","detail":"…"}],"headers":{"retry-after":"3"}}}
 * ```
 * A numeric code is the HTTP status; a name is the problem's code, and the reply's status goes with it.
 * Members of another form are dropped.
 */
export function toRequestError(value: unknown, replyStatus: number | undefined): RequestError {
  const error = isFailure(value) ? value.error : {};
  const code = 'code' in error ? error.code : undefined;
  const description = 'description' in error ? error.description : undefined;
  return new RequestError(
    [code, replyStatus].find(isErrorStatus) ?? 500,
    typeof code === 'string' && screamingSnake.test(code) ? code : 'WORKER_ERROR',
    {
      detail: typeof description === 'string' ? bounded(description) : 'the worker failed',
      violations: 'errors' in error ? readViolations(error.errors) : [],
      headers: 'headers' in error ? readErrorHeaders(error.headers) : {},
    },
  );
}

function readViolations(errors: unknown): readonly Violation[] {
  if (!Array.isArray(errors)) return [];
  return errors.slice(0, maxViolations).flatMap((violation: unknown) => {
    if (!isObject(violation) || !('pointer' in violation) || !('detail' in violation)) return [];
    const { pointer, detail } = violation;
    if (typeof pointer !== 'string' || typeof detail !== 'string') return [];
    return [{ pointer: bounded(pointer), detail: bounded(detail) }];
  });
}

function bounded(text: string): string {
  return text.slice(0, maxDetailLength);
}

function isErrorStatus(code: unknown): code is number {
  return Number.isInteger(code) && Number(code) >= 400 && Number(code) <= 599;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
