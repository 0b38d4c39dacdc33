import type { IncomingMessage, RequestListener } from 'node:http';
import type { Duplex } from 'node:stream';
import { type Log, requestError } from '@restmapper/core';
import type { UpgradeListener } from './front-door.ts';
import type { HostRule } from './hosts.ts';
import { sendProblem } from './problem-answer.ts';

export interface HostGuardOptions {
  readonly isAllowed: HostRule;
  readonly log: Log;
  /** The minimum time between two log lines. @default 60000 */
  readonly tellEveryMs?: number;
}

/** Guards listeners: requests for a foreign host name are answered 403 `FOREIGN_HOST`, on every path. */
export interface HostGuard {
  readonly request: (listener: RequestListener) => RequestListener;
  readonly upgrade: (listener: UpgradeListener) => UpgradeListener;
}

export function createHostGuard({ isAllowed, log, tellEveryMs = 60_000 }: HostGuardOptions): HostGuard {
  let tellAtMs = 0;
  const tell = ({ headers: { host } }: IncomingMessage): void => {
    if (performance.now() < tellAtMs) return;
    tellAtMs = performance.now() + tellEveryMs;
    log.warn({ host }, 'a request for a foreign host was refused; ALLOWED_HOSTS lists the accepted ones');
  };
  return {
    request: (listener) => (request, response) => {
      if (isAllowed(request)) return listener(request, response);
      tell(request);
      response.setHeader('connection', 'close');
      sendProblem(
        response,
        requestError('FOREIGN_HOST', {
          detail:
            'this process does not answer for this host; the setting ALLOWED_HOSTS lists the accepted ones',
        }),
      );
    },
    upgrade: (listener) => (request, socket, head) => {
      if (isAllowed(request)) return listener(request, socket, head);
      tell(request);
      refuse(socket);
    },
  };
}

function refuse(socket: Duplex): void {
  socket.on('error', () => socket.destroy());
  socket.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
}
