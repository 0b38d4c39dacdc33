import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import { requestError } from '@restmapper/core';
import { use } from '../../../../test/support/use.ts';
import { closeServer, listen } from '../../src/http/http-server.ts';
import {
  sendJson,
  sendNotAllowed,
  sendNotFound,
  sendText,
  sendUpgradeRequired,
} from '../../src/http/plain-answer.ts';
import { sendProblem } from '../../src/http/problem-answer.ts';

/** The whole answer to a client that knows HTTP/1.0 only. */
async function answerOf(listener: RequestListener): Promise<string> {
  const server = use(createServer(listener), (server) => closeServer(server, 1_000));
  const port = await listen(server, { host: '127.0.0.1', port: 0 });
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.end('GET / HTTP/1.0\r\n\r\n');
  return text(socket);
}

const answers: Readonly<Record<string, RequestListener>> = {
  'a text': (_request, response) => sendText(response, 'tëxt'),
  'a value': (_request, response) => sendJson(response, 200, { a: 'ë' }),
  'an unknown path': sendNotFound,
  'a method that is not allowed': sendNotAllowed,
  'a path that needs a WebSocket': sendUpgradeRequired,
  'a problem': (_request, response) => sendProblem(response, requestError('NOT_FOUND')),
};

describe('an answer to a client of HTTP/1.0', () => {
  for (const [what, listener] of Object.entries(answers)) {
    it(`states its length: ${what}`, async () => {
      const [head = '', body = ''] = (await answerOf(listener)).split('\r\n\r\n');

      const [, length] = /^content-length: (\d+)$/im.exec(head) ?? [];
      expect(Number(length)).to.equal(Buffer.byteLength(body)).and.above(0);
    });
  }
});
