import type { RequestListener } from 'node:http';
import { type Log, RequestError } from '@restmapper/core';
import { sendJson, sendNotAllowed, sendNotFound } from '../http/plain-answer.ts';
import { sendProblem } from '../http/problem-answer.ts';
import type { FileReport } from '../process/file-report.ts';
import type { SystemGuard } from './system-guard.ts';
import type { SystemReport } from './system-report.ts';

/** The path of the report, also behind a proxy. */
export const systemPath = '/system/v1/';

export interface SystemListenerOptions {
  readonly report: () => Promise<SystemReport>;
  /** What the process says about its files now. @default nothing */
  readonly files?: () => FileReport | undefined;
  /** Authenticates callers. */
  readonly guard: SystemGuard;
  readonly log: Log;
}

/** Serves the read-only system report. */
export function createSystemListener(options: SystemListenerOptions): RequestListener {
  const { report, files = () => undefined, guard, log } = options;
  return (request, response) => {
    const [path] = (request.url ?? '').split('?');
    if (path !== systemPath) return sendNotFound(request, response);
    if (request.method !== 'GET' && request.method !== 'HEAD') return sendNotAllowed(request, response);
    const answer = guard(request, 'system:read').then(report);
    answer.then(
      (report) => sendJson(response, 200, { ...report, files: files() }),
      (error: unknown) => {
        if (error instanceof RequestError) return sendProblem(response, error);
        log.error({ err: error }, 'the system report failed');
        sendJson(response, 500, { error: 'the system report failed' });
      },
    );
  };
}
