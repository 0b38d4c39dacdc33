import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { openMemoryBus } from '@restmapper/bus';
import { silentLog } from '@restmapper/core';
import { parseEndpoints, topologyOf } from '@restmapper/endpoints';
import { createGateway } from '@restmapper/restmapper';
import { expect } from 'chai';
import { printFigures } from '../support/figures.ts';
import { faultTimeoutMs, sized } from '../support/rounds.ts';
import { use } from '../support/use.ts';

const length = sized({ short: 50_000, full: 500_000 });
/** Other load may block the loop too; without the fix, it stops for seconds or never returns. */
const mostCpuMs = sized({ short: 500, full: 2_000 });

interface Costly {
  readonly schema: object | string;
  readonly body: unknown;
  readonly isValid: boolean;
}

const doubling = {
  anyOf: [
    { type: 'object', required: ['never'], properties: { a: { $ref: '#' } } },
    { type: 'object', properties: { a: { $ref: '#' }, b: { type: 'string' } } },
  ],
};

function nested(levels: number, innermost: unknown): unknown {
  let value = innermost;
  for (let level = 0; level < levels; level += 1) value = { a: value };
  return value;
}

/** References to references: each is followed twice, so that the number of paths doubles 40 times. */
const ladder = {
  $defs: Object.fromEntries(
    Array.from({ length: 40 }, (_, step) => [
      `s${step}`,
      step === 39
        ? { type: 'string' }
        : { anyOf: [{ $ref: `#/$defs/s${step + 1}` }, { $ref: `#/$defs/s${step + 1}` }] },
    ]),
  ),
  $ref: '#/$defs/s0',
};

const numbers = Array.from({ length }, (_, index) => index);
const text = (character: string) => character.repeat(length);

const costly: Readonly<Record<string, Costly>> = {
  'repetition in a repetition': { schema: { pattern: '^(a+)+$' }, body: `${text('a')}!`, isValid: false },
  'choices that begin alike': { schema: { pattern: '^(a|aa)+$' }, body: `${text('a')}!`, isValid: false },
  'repetitions side by side': { schema: { pattern: '\\s+\\s+\\s+x$' }, body: text(' '), isValid: false },
  'a pattern that begins anywhere': { schema: { pattern: 'a+b' }, body: text('a'), isValid: false },
  'anything, several times': { schema: { pattern: '^.*.*.*=.*$' }, body: text('x'), isValid: false },
  'a pattern of names': {
    schema: { patternProperties: { '(x+x+)+y': false } },
    body: { [text('x')]: 1 },
    isValid: true,
  },
  'different numbers': { schema: { uniqueItems: true }, body: numbers, isValid: true },
  'different objects': { schema: { uniqueItems: true }, body: numbers.map((n) => ({ n })), isValid: true },
  'a URL without an end': { schema: { format: 'url' }, body: `http://${text('a.')} `, isValid: false },
  'a host of many labels': { schema: { format: 'uri' }, body: `http://${text('a-')}\u0000`, isValid: false },
  'a mail address': { schema: { format: 'email' }, body: `${text('a.')}@`, isValid: false },
  'a host name': { schema: { format: 'hostname' }, body: text('a-'), isValid: false },
  'a date with a fraction': { schema: { format: 'time' }, body: `00:00:00.${text('1')}`, isValid: false },
  'a template': { schema: { format: 'uri-template' }, body: text('{a'), isValid: false },
  'a pointer': { schema: { format: 'json-pointer' }, body: `/${text('~0')}~`, isValid: false },
  'a schema that doubles with every level': { schema: doubling, body: nested(150, { b: 1 }), isValid: false },
  'a schema that doubles with every reference': { schema: ladder, body: 1, isValid: false },
  'one of many values': {
    schema: { items: { enum: numbers.slice(0, 5_000) } },
    body: numbers.map(() => -1),
    isValid: false,
  },
  'a number of many digits': { schema: { multipleOf: 0.01 }, body: Number.MAX_SAFE_INTEGER, isValid: true },
};

/** Serves an endpoint for each schema, on an in-memory bus; returns its URL. */
async function openGateway(): Promise<string> {
  const endpoints = Object.values(costly).map(
    ({ schema }, index) =>
      `  POST /${index}: { fanout: true, maxBody: 16MB, body: ${JSON.stringify(schema)} }\n`,
  );
  const model = parseEndpoints(`endpoints:\n${endpoints.join('')}`, { file: 'f38.yaml', directory: '/' });
  const bus = use(openMemoryBus({ topology: topologyOf(model), log: silentLog }), (it) =>
    it.close({ timeoutMs: 100 }),
  );
  const serve = createGateway({ model, bus, log: silentLog, version: '1' }).app.callback();
  const server = use(
    createServer((request, response) => void serve(request, response)),
    (it) => it.close(),
  );
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  // The address of a TCP server is an object.
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('F38: expensive schemas', function () {
  this.timeout(faultTimeoutMs);

  it('are evaluated at once, whatever the body', async () => {
    const url = await openGateway();
    const delay = monitorEventLoopDelay({ resolution: 10 });
    const figures: Record<string, number> = {};

    for (const [index, [title, { body, isValid }]] of Object.entries(costly).entries()) {
      const headers = { 'content-type': 'application/json', connection: 'close' };
      const payload = JSON.stringify(body);
      delay.enable();
      const before = process.cpuUsage();
      const answer = await fetch(`${url}/${index}`, { method: 'POST', headers, body: payload });
      const { user, system } = process.cpuUsage(before);
      delay.disable();
      await answer.text();
      figures[title] = (user + system) / 1000;

      expect(answer.status, title).to.equal(isValid ? 200 : 422);
      expect(figures[title], title).to.be.below(mostCpuMs);
    }

    const [slowest = ''] = Object.keys(figures).sort((a, b) => (figures[b] ?? 0) - (figures[a] ?? 0));
    printFigures('F38', {
      'bytes each': length,
      'most CPU ms': figures[slowest] ?? 0,
      by: slowest,
      'longest delay of the loop ms': delay.max / 1e6,
    });
  });
});
