import type { RequestListener } from 'node:http';
import type { Log } from '@restmapper/bus';
import { sendJson, sendNotAllowed, sendNotFound } from '../plain-answer.ts';
import type { SystemReport } from './system-report.ts';

/** Where the report is, within the process as behind a proxy. */
export const systemPath = '/system/v1/';

/** Serves the report on the system, with which nothing can be changed. */
export function createSystemListener(report: () => Promise<SystemReport>, log: Log): RequestListener {
  return (request, response) => {
    const [path] = (request.url ?? '').split('?');
    if (path !== systemPath) return sendNotFound(request, response);
    if (request.method !== 'GET' && request.method !== 'HEAD') return sendNotAllowed(request, response);
    report().then(
      (report) => sendJson(response, 200, report),
      (error: unknown) => {
        log.error({ err: error }, 'the system could not be looked at');
        sendJson(response, 500, { error: 'the system could not be looked at' });
      },
    );
  };
}
