import type { ProblemCode } from '@restmapper/core';
import { pathsOf } from '../../model/call-template.ts';
import type { Endpoint, Model } from '../../model/model.ts';
import type { UseOf } from '../../model/use.ts';

/** What an endpoint must have for its calls to end in a problem. */
export interface ProblemCondition {
  /** Part of the names of responses. */
  readonly name: string;
  readonly holds: (endpoint: Endpoint, model: Model) => boolean;
}

const takesBody: ProblemCondition = { name: 'Body', holds: ({ body }) => body !== undefined };
const takesParams: ProblemCondition = { name: 'Params', holds: ({ params }) => params !== undefined };
const takesHeaders: ProblemCondition = { name: 'Headers', holds: ({ headers }) => headers !== undefined };
const isIdempotent: ProblemCondition = {
  name: 'Idempotent',
  holds: ({ idempotency }) => idempotency !== undefined,
};
const isProtected: ProblemCondition = {
  name: 'Protected',
  holds: ({ access }) => access.kind === 'protected',
};
const needsScopes: ProblemCondition = {
  name: 'Scoped',
  holds: ({ access }) => access.kind === 'protected' && access.scopes.length > 0,
};
const asksService: ProblemCondition = {
  name: 'Forwarded',
  holds: ({ access }, { auth }) =>
    access.kind === 'protected' &&
    auth?.schemes.some(({ name, kind }) => kind === 'forward' && access.schemes.includes(name)) === true,
};
/** An auth service may limit its callers too. */
const isLimited: ProblemCondition = {
  name: 'Limited',
  holds: (endpoint, model) => endpoint.rateLimit !== undefined || asksService.holds(endpoint, model),
};

const fillsKey: ProblemCondition = {
  name: 'Keyed',
  holds: ({ delivery: { foreign } }) =>
    foreign?.kind === 'exchange' && pathsOf(foreign.routingKey).length > 0,
};

const failsWhenAway: ProblemCondition = {
  name: 'Stored',
  holds: ({ key }, { workers }) => workers.some(({ on, whenAway }) => on === key && whenAway === 'fail'),
};

/** Whether the gateway compares the validators of its replies, which the file names. */
export function isConditional({ method, replyHeaders }: Endpoint): boolean {
  const isRead = method === 'GET' || method === 'HEAD';
  return isRead && (replyHeaders.includes('etag') || replyHeaders.includes('last-modified'));
}

const findsRows: ProblemCondition = {
  name: 'Row',
  holds: (endpoint, model) => usesOf(endpoint, model).some(({ expect }) => expect !== 'many'),
};
const mayConflict: ProblemCondition = {
  name: 'Conflict',
  holds: (endpoint, model) =>
    usesOf(endpoint, model).some(({ conflict, exists }) => conflict || exists?.status === 409),
};

const mayBeStale: ProblemCondition = {
  name: 'Conditional',
  holds: (endpoint, model) =>
    isConditional(endpoint) || usesOf(endpoint, model).some(({ exists }) => exists?.status === 412),
};

function usesOf({ key }: Endpoint, { workers }: Model): readonly UseOf<'sql'>[] {
  return workers.flatMap(({ on, use }) => (on === key && use.kind === 'sql' ? [use] : []));
}

/** The problems that only some endpoints have. */
export const problemConditions: Readonly<Partial<Record<ProblemCode, ProblemCondition>>> = {
  INVALID_JSON: takesBody,
  BODY_TOO_LARGE: takesBody,
  UNSUPPORTED_MEDIA_TYPE: takesBody,
  INVALID_PARAMS: takesParams,
  INVALID_HEADERS: takesHeaders,
  INVALID_ROUTING_KEY: fillsKey,
  UNAUTHENTICATED: isProtected,
  AUTH_UNAVAILABLE: isProtected,
  FORBIDDEN: asksService,
  INSUFFICIENT_SCOPE: needsScopes,
  RATE_LIMITED: isLimited,
  DATABASE_AWAY: failsWhenAway,
  NOT_FOUND: findsRows,
  CONFLICT: mayConflict,
  IDEMPOTENCY_IN_FLIGHT: isIdempotent,
  IDEMPOTENCY_KEY_REUSED: isIdempotent,
  PRECONDITION_FAILED: mayBeStale,
};
