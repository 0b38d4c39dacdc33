import type { ServerResponse } from 'node:http';
import { createMessageId, problemResponse, type RequestError } from '@restmapper/core';

/** Whether the same request may succeed a little later. */
export function mayComeBack({ status }: RequestError): boolean {
  return status === 503 || status === 429;
}

/** Answers a request with a problem. */
export function sendProblem(response: ServerResponse, error: RequestError): void {
  const { status, headers, body } = problemResponse(error, createMessageId());
  response.writeHead(status, headers).end(body);
}
