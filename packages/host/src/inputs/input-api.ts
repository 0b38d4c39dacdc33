import type { IncomingMessage, RequestListener } from 'node:http';
import { type Bus, BusError } from '@restmapper/bus';
import { asError, ConfigError, type Log, requestError, RequestError } from '@restmapper/core';
import type { Model, Source } from '@restmapper/endpoints';
import { unmapped } from '../http/client-address.ts';
import type { HostRule } from '../http/hosts.ts';
import { isLoopback } from '../http/loopback.ts';
import { sendJson } from '../http/plain-answer.ts';
import { sendProblem } from '../http/problem-answer.ts';
import { readBytes } from '../http/read-bytes.ts';
import { assertSameOrigin } from '../system/same-origin.ts';
import type { SystemGuard } from '../system/system-guard.ts';
import { parseHeader } from './input-header.ts';
import { describeTarget, findInput, inputTarget } from './input-target.ts';
import { sendToInput } from './send-to-input.ts';

export const inputApiPath = '/system/v1/inputs/';

export interface InputApiOptions {
  readonly bus: Pick<Bus, 'system' | 'publish'>;
  readonly model: Model;
  readonly log: Log;
  /** Authenticates callers. */
  readonly guard: SystemGuard;
  /** The allowed host names. */
  readonly isAllowedHost: HostRule;
}

/** As on the bus. */
const maxBodyBytes = 16 * 1024 * 1024;

/**
 * Lets commands of this machine feed the inputs of a bus in memory, to which no other application can publish.
 *
 * `POST …/<input>?key=usage.created&header=kind%3Dorder&id=7`, with the message's body as
 * `application/octet-stream`, is answered `{"id":"7","to":"the exchange metering with the key usage.created"}`.
 */
export function createInputApi(options: InputApiOptions): RequestListener {
  return (request, response) => {
    answer(request, options).then(
      (value) => sendJson(response, 200, value),
      (error: unknown) => {
        const refusal = toRefusal(error);
        if (refusal !== error && refusal.status === 500)
          options.log.error({ err: error }, 'a message could not be sent to an input');
        sendProblem(response, refusal);
      },
    );
  };
}

async function answer(request: IncomingMessage, options: InputApiOptions): Promise<object> {
  const { bus, model, guard, isAllowedHost } = options;
  if (bus.system !== 'memory')
    throw requestError('NOT_FOUND', { detail: 'the inputs are on RabbitMQ: publish there' });
  if (!isLoopback(unmapped(request.socket.remoteAddress ?? '')))
    throw requestError('FORBIDDEN_ORIGIN', { detail: 'only commands of this machine may do this' });
  assertSameOrigin(request, { isAllowedHost });
  if (request.method !== 'POST')
    throw requestError('METHOD_NOT_ALLOWED', { detail: 'only POST is possible' });
  await guard(request, 'inputs:write');
  if (request.headers['content-type'] !== 'application/octet-stream')
    throw requestError('UNSUPPORTED_MEDIA_TYPE', { detail: 'the body must be application/octet-stream' });
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
  const input = find(model, decodeURIComponent(pathname.slice(inputApiPath.length)));
  const target = inputTarget(input, searchParams.get('key') ?? undefined);
  const headers = Object.fromEntries(searchParams.getAll('header').map(parseHeader));
  const body = await readBytes(request, maxBodyBytes);
  const id = await sendToInput(bus, target, { body, headers, id: searchParams.get('id') ?? undefined });
  return { id, to: describeTarget(target) };
}

/** @throws RequestError NOT_FOUND */
function find(model: Model, name: string): Source {
  try {
    return findInput(model, name);
  } catch (error) {
    throw requestError('NOT_FOUND', { detail: asError(error).message });
  }
}

function toRefusal(error: unknown): RequestError {
  if (error instanceof RequestError) return error;
  if (error instanceof BusError) return requestError(error.code, { detail: error.message });
  if (error instanceof ConfigError || error instanceof TypeError || error instanceof URIError)
    return requestError('INVALID_QUERY', { detail: error.message });
  return requestError('INTERNAL', { detail: 'the message could not be sent' });
}
