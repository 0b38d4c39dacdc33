import type { RequestListener } from 'node:http';
import { type Log, RequestError } from '@restmapper/core';
import { sendJson, sendNotAllowed, sendNotFound } from '../http/plain-answer.ts';
import { sendProblem } from '../http/problem-answer.ts';
import type { SystemGuard } from './system-guard.ts';
import type { SystemReport } from './system-report.ts';

/** Where the report is, within the process as behind a proxy. */
export const systemPath = '/system/v1/';

export interface SystemListenerOptions {
  readonly report: () => Promise<SystemReport>;
  /** Finds out who asks. */
  readonly guard: SystemGuard;
  readonly log: Log;
}

/** Serves the report on the system, with which nothing can be changed. */
export function createSystemListener({ report, guard, log }: SystemListenerOptions): RequestListener {
  return (request, response) => {
    const [path] = (request.url ?? '').split('?');
    if (path !== systemPath) return sendNotFound(request, response);
    if (request.method !== 'GET' && request.method !== 'HEAD') return sendNotAllowed(request, response);
    const answer = guard(request, 'system:read').then(report);
    answer.then(
      (report) => sendJson(response, 200, report),
      (error: unknown) => {
        if (error instanceof RequestError) return sendProblem(response, error);
        log.error({ err: error }, 'the system could not be looked at');
        sendJson(response, 500, { error: 'the system could not be looked at' });
      },
    );
  };
}
