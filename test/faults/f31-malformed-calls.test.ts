import { connect } from 'node:net';
import { expect } from 'chai';
import {
  array,
  assert,
  asyncProperty,
  constant,
  constantFrom,
  oneof,
  record,
  string,
  tuple,
  uint8Array,
} from 'fast-check';
import { printFigures } from '../support/figures.ts';
import { faultTimeoutMs, sized } from '../support/rounds.ts';
import { until } from '../support/until.ts';
import type { Command } from '../system/command.ts';
import { type Application, openApplication, withDatabase } from './support/application.ts';

/** How a server may answer bytes that are not a valid call. */
const refusals = new Set([400, 404, 405, 408, 413, 415, 417, 422, 431]);

/** Sends bytes; returns the statuses of the answers until the server closes or falls silent. */
function sendBytes(port: number, bytes: Buffer): Promise<readonly number[]> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1' });
    let answer = '';
    socket.setTimeout(10_000, () => socket.destroy(new Error(`no answer to ${bytes.toString('latin1')}`)));
    socket.on('data', (data: Buffer) => (answer += data.toString('latin1')));
    // A server that refuses may close the connection before it has read everything.
    socket.on('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ECONNRESET' || error.code === 'EPIPE' ? resolve(statusesIn(answer)) : reject(error),
    );
    socket.on('close', () => resolve(statusesIn(answer)));
    // Half-closing would look like a caller that has left.
    socket.write(bytes);
  });
}

function statusesIn(answer: string): readonly number[] {
  return [...answer.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
}

function requestOf(path: string, headers: readonly (readonly [string, string])[], body: Buffer): Buffer {
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  const head = `POST ${path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n${lines}`;
  return Buffer.concat([Buffer.from(`${head}content-length: ${body.length}\r\n\r\n`, 'latin1'), body]);
}

const json = ['content-type', 'application/json'] as const;
const taken = Buffer.from('{"id":"taken"}');

/** Header names with a meaning to the broker, to restmapper or to an HTTP server. */
const headerName = constantFrom(
  'cc',
  'bcc',
  'x-death',
  'x-delivery-count',
  'x-deadline',
  'x-attempt',
  'expiration',
  'reply-to',
  'correlation-id',
  'user-id',
  'priority',
  'x-request-id',
  'traceparent',
  'tracestate',
  'idempotency-key',
  'content-type',
  'content-encoding',
  'expect',
  'transfer-encoding',
  'upgrade',
  '__proto__',
  'constructor',
);
const marks = Array.from(' !"#%&()*,/:;<=>?@[\\]{}~aZ09é\u00ff');
const printable = string({ maxLength: 300, unit: constantFrom(...marks) });
const header = tuple(headerName, printable);

const request = record({
  path: oneof(
    { arbitrary: constant('PATH'), weight: 3 },
    constantFrom('PATH?a=1', '/', 'PATH/../x', '*'),
    printable.map((text) => `/${text}`),
  ),
  headers: tuple(array(constant(json), { maxLength: 1 }), array(header, { maxLength: 5 })).map((each) =>
    each.flat(),
  ),
  body: oneof(
    { arbitrary: constant(taken), weight: 3 },
    constant(Buffer.alloc(0)),
    uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  ),
});

/** Calls that are always invalid, and the status of each. */
function malformed(path: string): readonly (readonly [what: string, bytes: Buffer, status: number])[] {
  const large = Buffer.from(JSON.stringify({ id: 'x'.repeat(2_000_000) }));
  return [
    ['a body over the limit', requestOf(path, [json], large), 413],
    ['headers of 65 KiB', requestOf(path, [json, ['x-much', 'y'.repeat(65 * 1024)]], taken), 431],
    ['an id of 256 bytes', requestOf(path, [json, ['idempotency-key', 'a'.repeat(256)]], taken), 400],
    ['an id with a line break', requestOf(path, [json, ['idempotency-key', 'a\rb']], taken), 400],
    ['a malformed path', requestOf(`${path}%ff%00`, [json], taken), 404],
    ['an undeclared query', requestOf(`${path}?a=1`, [json], taken), 422],
    ['a body that is not UTF-8', requestOf(path, [json], Buffer.from([0x22, 0xff, 0x22])), 400],
  ];
}

async function reconnectsOf({ adminUrl }: Command): Promise<string | undefined> {
  const metrics = await (await fetch(`${adminUrl}/metrics`)).text();
  return /^restmapper_bus_reconnects_total (\d+)$/m.exec(metrics)?.[1];
}

async function countRows({ databaseUrl }: Application): Promise<number> {
  return withDatabase(databaseUrl, async (client) => (await client.query('SELECT FROM message')).rows.length);
}

describe('F31: malformed calls', function () {
  this.timeout(faultTimeoutMs);

  it('are refused before anything is published, and every channel stays open', async () => {
    const application = await openApplication();
    const { broker, name } = application;
    const [gateway] = await Promise.all([application.open('serve'), application.open('work')]);
    const path = `/${name}/`;
    const logBefore = (await broker.log()).length;
    let [sent, accepted, refused] = [0, 0, 0];

    for (const [what, bytes, status] of malformed(path)) {
      expect(await sendBytes(gateway.port, bytes), what).to.deep.equal([status]);
      refused += 1;
    }
    await assert(
      asyncProperty(request, async ({ path: pattern, headers, body }) => {
        const bytes = requestOf(pattern.replace('PATH', path), headers, body);

        const statuses = await sendBytes(gateway.port, bytes);

        sent += 1;
        accepted += statuses.filter((status) => status === 200).length;
        const others = statuses.filter((status) => status !== 200);
        refused += others.length;
        expect(statuses.length, 'answers').to.be.above(0);
        expect(others.filter((status) => !refusals.has(status))).to.deep.equal([]);
      }),
      { numRuns: sized({ short: 500, full: 20_000 }), endOnFailure: true },
    );

    await until(async () => (await countRows(application)) === accepted);
    const closed = (await broker.log())
      .slice(logBefore)
      .split('\n')
      .filter((line) => /Channel error|exception/.test(line));
    printFigures('F31', {
      requests: sent,
      accepted,
      refused,
      stored: await countRows(application),
      'channels closed': closed.length,
    });
    expect(closed).to.deep.equal([]);
    expect(await reconnectsOf(gateway)).to.equal('0');
    expect((await application.find()).dead).to.deep.equal([]);
  });
});
