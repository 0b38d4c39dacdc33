import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, request, type RequestListener } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { use } from '../../../../test/support/use.ts';
import { closeServer, listen } from '../../src/http/http-server.ts';

const host = '127.0.0.1';

async function openServer(listener: RequestListener) {
  const server = use(createServer(listener), (server) => closeServer(server, 0));
  return { server, port: await listen(server, { host, port: 0 }) };
}

/** Blocks the event loop. */
function block(ms: number): void {
  for (const end = performance.now() + ms; performance.now() < end; );
}

/** Sends a request over a new connection; resolves with everything received, or the error's code. */
async function callOnce(port: number): Promise<string> {
  const socket = connect(port, host);
  let received = '';
  socket.setEncoding('latin1').on('data', (text: string) => (received += text));
  socket.write('GET / HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n');
  try {
    await once(socket, 'close');
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'no code';
  }
  return received;
}

/** Calls over a kept connection, if any; resolves with its `connection` header, or the error's code. */
async function callOver(agent: Agent, port: number): Promise<string | undefined> {
  try {
    const [response] = (await once(request({ port, host, agent }).end(), 'response')) as [IncomingMessage];
    await once(response.resume(), 'end');
    return response.headers.connection;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code;
  }
}

describe('closeServer', () => {
  it('answers every connected client, accepted or not', async () => {
    const { server, port } = await openServer((_request, response) => {
      block(10);
      response.end('done');
    });
    const calls = Array.from({ length: 20 }, () => callOnce(port));

    await Promise.all([...calls, closeServer(server, 10_000)]);

    const answers = await Promise.all(calls);
    expect(answers.filter((answer) => !answer.endsWith('done'))).to.deep.equal([]);
    expect(await callOnce(port)).to.equal('ECONNREFUSED');
  });

  it('lets an occasional caller leave by itself', async () => {
    let closing = false;
    const { server, port } = await openServer((_request, response) => {
      if (closing) response.setHeader('connection', 'close');
      response.end('done');
    });
    const agent = use(new Agent({ keepAlive: true }), (agent) => agent.destroy());
    const answers = [await callOver(agent, port)];

    closing = true;
    const closed = closeServer(server, 10_000);
    while (answers.at(-1) !== 'ECONNREFUSED') {
      await sleep(10);
      answers.push(await callOver(agent, port));
    }

    await closed;
    expect(answers[0]).to.equal('keep-alive');
    expect(new Set(answers.slice(1))).to.deep.equal(new Set(['close', 'ECONNREFUSED']));
  });

  it('cuts connections at its deadline that do not end', async () => {
    const { server, port } = await openServer((_request, response) => void response.write('never done'));
    const call = callOnce(port);
    await once(server, 'request');

    await closeServer(server, 200);

    expect(await call).to.satisfy((text: string) => text.includes('never done') || text === 'ECONNRESET');
  });
});
