import type { IncomingMessage } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { requestError, type RequestError } from '@restmapper/core';
import { type Holding, overloaded } from './byte-budget.ts';
import { sendContinue } from './expect-continue.ts';

export interface BodyReadOptions {
  readonly maxBytes: number;
  readonly timeoutMs: number;
  /** Counts the body: in full if its length is announced, else as it arrives. */
  readonly held: Holding;
  /** The body, if it was read before, to verify its signature. */
  readonly received?: Buffer | undefined;
}

/** A body is held twice: as received, and as a message. */
const copies = 2;

/** Whether a request announces a body of at least one byte, or one of unknown length. */
export function announcesBody(request: IncomingMessage): boolean {
  return 'transfer-encoding' in request.headers || announcedBytes(request) > 0;
}

/**
 * Reads a request's body; resolves with `undefined` if it is too long.
 *
 * @throws RequestError REQUEST_TIMEOUT if it does not arrive in time, OVERLOADED if there is no room for it,
 * CALLER_LEFT if the connection closes.
 */
export async function readBody(
  request: IncomingMessage,
  options: BodyReadOptions,
): Promise<Buffer | undefined> {
  if (options.received) return options.received.length > options.maxBytes ? undefined : options.received;
  const announced = announcedBytes(request);
  if (announced > options.maxBytes) return undefined;
  // Unread data costs nothing; unused data would occupy memory until collected.
  options.held.take(announced * copies);
  sendContinue(request);
  // Most bodies arrive in one packet with the headers, and are complete once it is parsed.
  await nextTurn();
  if (!request.complete) return collect(request, options);
  // A stream without an encoding yields buffers.
  const body = (request.read() as Buffer | null) ?? Buffer.alloc(0);
  if (body.length > options.maxBytes) return undefined;
  if (announced === 0) options.held.take(body.length * copies);
  return body;
}

function collect(
  request: IncomingMessage,
  { maxBytes, timeoutMs, held }: BodyReadOptions,
): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const announced = announcedBytes(request);
    const chunks: Buffer[] = [];
    let bytes = 0;
    const take = (chunk: Buffer): void => {
      bytes += chunk.length;
      if (bytes > maxBytes) return settle(() => resolve(undefined));
      try {
        if (announced === 0) held.take(chunk.length * copies);
        chunks.push(chunk);
      } catch (error) {
        settle(() => reject(error));
      }
    };
    const end = (): void => settle(() => resolve(Buffer.concat(chunks, bytes)));
    const leave = (): void => settle(() => reject(callerLeft()));
    const timer = setTimeout(() => settle(() => reject(timedOut())), timeoutMs);
    const settle = (outcome: () => void): void => {
      clearTimeout(timer);
      held.endTransfer();
      request.off('data', take).off('end', end).off('error', leave).off('close', leave);
      outcome();
    };
    held.beginTransfer(() => settle(() => reject(overloaded())));
    request.on('data', take).on('end', end).on('error', leave).on('close', leave);
  });
}

/** The caller closed the connection before the answer; the status appears only in the log. */
export function callerLeft(): RequestError {
  return requestError('CALLER_LEFT', { detail: 'the caller closed the connection' });
}

/** The error for a body that does not arrive in time. */
export function timedOut(): RequestError {
  return requestError('REQUEST_TIMEOUT', { detail: 'the body did not arrive in time' });
}

function announcedBytes({ headers }: IncomingMessage): number {
  return Number(headers['content-length'] ?? 0);
}
