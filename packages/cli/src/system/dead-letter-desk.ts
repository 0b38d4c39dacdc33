import type { IncomingMessage, RequestListener } from 'node:http';
import { type Bus, BusError, type Log } from '@restmapper/bus';
import { ConfigError, type Model } from '@restmapper/endpoints';
import { type LetterView, viewLetter } from '../dead-letters/letter-view.ts';
import { findWorkQueue, workQueuesOf } from '../dead-letters/queue-name.ts';
import { createSorter, type Selection } from '../dead-letters/selection.ts';
import { summarizeDeadLetters } from '../dead-letters/summary.ts';
import { readJsonObject } from '../json-request.ts';
import { sendJson } from '../plain-answer.ts';
import { RequestRefusal, sendRefusal } from '../problem-answer.ts';
import { assertOwnPage } from './own-page.ts';

export const deskPath = '/system/v1/dead-letters/';

export interface DeadLetterDeskOptions {
  readonly bus: Bus;
  readonly model: Model;
  readonly log: Log;
  /** Whether the operator lets the page do this. */
  readonly isOpen: boolean;
  /** The host names by which it may be asked. @default any */
  readonly hosts?: readonly string[] | undefined;
}

const maxShown = 200;
const excerptBytes = 4096;

/**
 * Shows dead letters to the page, and replays or deletes them.
 *
 * | request | answer |
 * |---|---|
 * | `GET …/` | `{"queues":[…]}`: which have dead letters, how many, why |
 * | `GET …/?queue=<queue>&limit=50` | `{"letters":[…]}`, the oldest first |
 * | `POST …/replay`, `POST …/purge` with `{"queue":"…","ids":["…"],"reason":"…","limit":10}` | `{"replayed":2}`, `{"purged":2}` |
 */
export function createDeadLetterDesk(options: DeadLetterDeskOptions): RequestListener {
  return (request, response) => {
    answer(request, options).then(
      (value) => sendJson(response, 200, value),
      (error: unknown) => {
        const refusal = toRefusal(error);
        if (refusal.status >= 500) options.log.error({ err: error }, 'dead letters could not be sorted');
        sendRefusal(response, refusal);
      },
    );
  };
}

async function answer(request: IncomingMessage, options: DeadLetterDeskOptions): Promise<object> {
  const { isOpen, hosts, bus, model, log } = options;
  if (!isOpen) throw new RequestRefusal(403, 'DEAD_LETTERS_CLOSED', 'the setting DEAD_LETTERS is not on');
  assertOwnPage(request, { hosts });
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
  const call = `${request.method} ${pathname}`;
  if (call === `GET ${deskPath}`) {
    const queue = searchParams.get('queue');
    if (queue === null) return { queues: await summarizeDeadLetters(bus, workQueuesOf(model)) };
    return { letters: await show(bus, findWorkQueue(model, queue), Number(searchParams.get('limit') ?? 50)) };
  }
  const fate = fates.find((known) => call === `POST ${deskPath}${known}`);
  if (!fate) throw new RequestRefusal(404, 'NOT_FOUND', 'there is nothing here');
  const { queue: given, selection } = parseOrder(await readJsonObject(request));
  const queue = findWorkQueue(model, given);
  const { replayed, purged } = await bus.sortDeadLetters(
    queue,
    createSorter(selection, () => fate),
  );
  log.info({ queue, replayed, purged, selection }, 'somebody sorted dead letters');
  return fate === 'replay' ? { replayed } : { purged };
}

const fates = ['replay', 'purge'] as const;

async function show(bus: Bus, queue: string, limit: number): Promise<readonly LetterView[]> {
  if (!Number.isInteger(limit) || limit < 1 || limit > maxShown) {
    throw new RequestRefusal(422, 'INVALID_QUERY', `limit must be from 1 to ${maxShown}`);
  }
  const letters: LetterView[] = [];
  const sorter = createSorter({ limit }, (letter) => {
    letters.push(viewLetter(letter, excerptBytes));
    return 'keep';
  });
  await bus.sortDeadLetters(queue, sorter);
  return letters;
}

/** @throws RequestRefusal INVALID_BODY, also for an unknown member: a misspelt filter would select everything. */
function parseOrder(order: Readonly<Record<string, unknown>>): { queue: string; selection: Selection } {
  const { queue, ids, reason, limit, ...others } = order;
  const isSound =
    typeof queue === 'string' &&
    (ids === undefined || (Array.isArray(ids) && ids.every((id) => typeof id === 'string'))) &&
    (reason === undefined || typeof reason === 'string') &&
    (limit === undefined || (Number.isSafeInteger(limit) && Number(limit) > 0)) &&
    Object.keys(others).length === 0;
  if (!isSound) {
    const detail = 'the body must be {"queue": text, "ids": [text], "reason": text, "limit": number from 1}';
    throw new RequestRefusal(422, 'INVALID_BODY', detail);
  }
  // Each was checked just now.
  return { queue, selection: { ids, reason, limit } as Selection };
}

function toRefusal(error: unknown): RequestRefusal {
  if (error instanceof RequestRefusal) return error;
  if (error instanceof ConfigError) return new RequestRefusal(404, 'NO_SUCH_QUEUE', error.message);
  if (error instanceof BusError) return new RequestRefusal(503, error.code, error.message);
  return new RequestRefusal(500, 'INTERNAL', 'the dead letters could not be sorted');
}
