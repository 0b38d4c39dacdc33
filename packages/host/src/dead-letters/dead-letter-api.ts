import type { IncomingMessage, RequestListener } from 'node:http';
import { type Bus, BusError } from '@restmapper/bus';
import { ConfigError, type Log, requestError, RequestError } from '@restmapper/core';
import type { Model } from '@restmapper/endpoints';
import { browseQueues } from './browse-queues.ts';
import { findLetterQueues, letterQueuesOf } from './letter-queues.ts';
import { createSorter, type Selection } from './selection.ts';
import { showLetters } from './show-letters.ts';
import { summarizeDeadLetters } from './summary.ts';
import type { HostRule } from '../http/hosts.ts';
import { readJsonObject } from '../http/json-request.ts';
import { sendJson } from '../http/plain-answer.ts';
import { sendProblem } from '../http/problem-answer.ts';
import { assertSameOrigin } from '../system/same-origin.ts';
import type { SystemGuard } from '../system/system-guard.ts';

export const deadLetterApiPath = '/system/v1/dead-letters/';

export interface DeadLetterApiOptions {
  readonly bus: Bus;
  readonly model: Model;
  readonly log: Log;
  /** Authenticates callers. */
  readonly guard: SystemGuard;
  /** Whether the operator allows the page to do this. */
  readonly isOpen: boolean;
  /** The allowed host names. @default any */
  readonly isAllowedHost?: HostRule | undefined;
}

const maxShown = 200;

/**
 * Shows dead letters to the page, and replays or deletes them.
 *
 * | request | answer |
 * |---|---|
 * | `GET …/` | `{"queues":[…]}`: the queues with dead letters, with numbers and reasons |
 * | `GET …/?queue=<queue>&limit=50` | `{"letters":[…]}`, the oldest first, of a queue with several parts from all of them |
 * | `GET …/?queue=<queue>&id=<id>` | `{"letters":[…]}`: that one with its whole body, up to 1 MiB |
 * | `POST …/replay`, `POST …/purge` with `{"queue":"…","ids":["…"],"reason":"…","limit":10}` | `{"replayed":2}`, `{"purged":2}` |
 */
export function createDeadLetterApi(options: DeadLetterApiOptions): RequestListener {
  return (request, response) => {
    answer(request, options).then(
      (value) => sendJson(response, 200, value),
      (error: unknown) => {
        const refusal = toRefusal(error);
        if (refusal !== error && refusal.status >= 500)
          options.log.error({ err: error }, 'dead letters could not be processed');
        sendProblem(response, refusal);
      },
    );
  };
}

async function answer(request: IncomingMessage, options: DeadLetterApiOptions): Promise<object> {
  const { isOpen, isAllowedHost, bus, model, log, guard } = options;
  if (!isOpen) {
    throw requestError('DEAD_LETTERS_CLOSED', { detail: 'the setting DEAD_LETTERS is not on' });
  }
  assertSameOrigin(request, { isAllowedHost });
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
  const call = `${request.method} ${pathname}`;
  if (call === `GET ${deadLetterApiPath}`) {
    await guard(request, 'dead-letters:read');
    const queue = searchParams.get('queue');
    if (queue === null) return { queues: await summarizeDeadLetters(bus, letterQueuesOf(model)) };
    return { letters: await showLetters(bus, findLetterQueues(model, queue).queues, wantedBy(searchParams)) };
  }
  const fate = fates.find((known) => call === `POST ${deadLetterApiPath}${known}`);
  if (!fate) throw requestError('NOT_FOUND', { detail: 'this path does not exist' });
  const who = await guard(request, 'dead-letters:write');
  const { queue: given, selection } = parseOrder(await readJsonObject(request));
  const { title: queue, queues } = findLetterQueues(model, given);
  const done = await browseQueues(
    bus,
    queues,
    createSorter(selection, () => fate),
  );
  const replayed = sum(done.map((each) => each.replayed));
  const purged = sum(done.map((each) => each.purged));
  const { subject, scheme } = who ?? {};
  log.info(
    { subject, scheme, queue, replayed, purged, selection },
    `dead letters ${fate === 'replay' ? 'replayed' : 'purged'}`,
  );
  return fate === 'replay' ? { replayed } : { purged };
}

const fates = ['replay', 'purge'] as const;

/** @throws RequestError INVALID_QUERY */
function wantedBy(query: URLSearchParams): Selection {
  const id = query.get('id');
  if (id !== null) return { ids: [id], limit: 1 };
  const limit = Number(query.get('limit') ?? 50);
  if (Number.isInteger(limit) && limit >= 1 && limit <= maxShown) return { limit };
  throw requestError('INVALID_QUERY', { detail: `limit must be from 1 to ${maxShown}` });
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}

/** @throws RequestError INVALID_BODY, also for an unknown member: a misspelt filter would select everything. */
function parseOrder(order: Readonly<Record<string, unknown>>): { queue: string; selection: Selection } {
  const { queue, ids, reason, limit, ...others } = order;
  const isSound =
    typeof queue === 'string' &&
    (ids === undefined || (Array.isArray(ids) && ids.every((id) => typeof id === 'string'))) &&
    (reason === undefined || typeof reason === 'string') &&
    (limit === undefined || (Number.isSafeInteger(limit) && Number(limit) > 0)) &&
    Object.keys(others).length === 0;
  if (!isSound) {
    const detail =
      'the body must be {"queue": text, "ids": [text], "reason": text, "limit": positive integer}';
    throw requestError('INVALID_BODY', { detail });
  }
  // Each was just validated.
  return { queue, selection: { ids, reason, limit } as Selection };
}

function toRefusal(error: unknown): RequestError {
  if (error instanceof RequestError) return error;
  if (error instanceof ConfigError) return requestError('NO_SUCH_QUEUE', { detail: error.message });
  if (error instanceof BusError) return requestError(error.code, { detail: error.message });
  return requestError('INTERNAL', { detail: 'the dead letters could not be processed' });
}
