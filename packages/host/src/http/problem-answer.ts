import type { ServerResponse } from 'node:http';
import { createMessageId, problemResponse, type RequestError } from '@restmapper/core';

/** Answers a request to one of the command's own URLs with a problem. */
export function sendProblem(response: ServerResponse, error: RequestError): void {
  const { status, headers, body } = problemResponse(error, createMessageId());
  response.writeHead(status, headers).end(body);
}
