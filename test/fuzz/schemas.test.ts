import { readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import { type Arbitrary, boolean, nat, oneof, record, tuple } from 'fast-check';
import { openServers } from '../faults/support/servers.ts';
import { printFigures } from '../support/figures.ts';
import { type Command, openCommand, openFolder } from '../system/command.ts';
import { Endurance } from './endurance.ts';
import { extremeNumber } from './extreme-numbers.ts';
import { fuzz, fuzzTimeoutMs, seed, totalRequests } from './fuzz.ts';
import { jsonBody } from './json-bodies.ts';
import { outcomeOf, Tally } from './outcomes.ts';

const folder = new URL('../../packages/endpoints/test/json-schema-suite/', import.meta.url);

/** A schema and values to judge, in the form of JSON-Schema-Test-Suite. */
interface Group {
  readonly schema: unknown;
  readonly tests: readonly { readonly data: unknown; readonly valid: boolean }[];
}

const groups = readdirSync(folder).flatMap(
  (file) => JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as readonly Group[],
);

/** A body for the endpoint of a group; `valid` is known only for the suite's own values. */
interface SchemaCase {
  readonly group: number;
  readonly body: Buffer;
  readonly valid?: boolean;
}

const suiteValue: Arbitrary<SchemaCase> = tuple(nat(groups.length - 1), nat()).map(([group, at]) => {
  const tests = groups[group]?.tests ?? [];
  const { data, valid } = tests[at % tests.length] ?? { data: null, valid: true };
  return { group, body: Buffer.from(JSON.stringify(data)), valid };
});

/** A value of the suite for one of its other schemas, with other numbers in it, or any value. */
const otherBody: Arbitrary<Buffer> = oneof(
  tuple(suiteValue, extremeNumber, boolean()).map(([{ body }, number, isWhole]) =>
    Buffer.from(isWhole ? number : body.toString().replaceAll(/-?\b\d[\d.e+-]*/g, number)),
  ),
  suiteValue.map(({ body }) => body),
  jsonBody,
);

const cases: Arbitrary<SchemaCase> = oneof(
  suiteValue,
  record({ group: nat(groups.length - 1), body: otherBody }),
);

/** A gateway with an endpoint for each schema of the suite, whose messages go to a feed. */
async function openGateway(): Promise<{ readonly gateway: Command; readonly path: string }> {
  const { broker } = await openServers();
  const name = `fuzz-${randomBytes(4).toString('hex')}`;
  const endpoints = groups.map(
    ({ schema }, index) =>
      `  POST /${name}/${index}: { fanout: true, feed: ${name}, body: ${JSON.stringify(schema).replaceAll('${', '$${')} }\n`,
  );
  const file = join(await openFolder(), 'endpoints.yaml');
  await writeFile(file, `endpoints:\n${endpoints.join('')}`);
  const env = { AMQP_URL: broker.url, LOG_LEVEL: 'error' };
  return { gateway: await openCommand({ args: ['serve', '--file', file], env }), path: `/${name}` };
}

describe('a fuzzer of schemas', function () {
  this.timeout(fuzzTimeoutMs);

  it('gets the verdicts of the suite, and documented answers to anything else', async () => {
    const { gateway, path } = await openGateway();
    const endurance = new Endurance(gateway);
    const tally = new Tally();

    const requests = await fuzz(cases, {
      requests: totalRequests * 0.2,
      async send({ group, body, valid }) {
        const response = await fetch(`${gateway.url}${path}/${group}`, {
          method: 'POST',
          // Keep-alive connections would count as growth.
          headers: { 'content-type': 'application/json', connection: 'close' },
          body: new Uint8Array(body),
          signal: AbortSignal.timeout(20_000),
        });
        const { status, headers } = response;
        const answer = Buffer.from(await response.arrayBuffer()).toString('latin1');
        const outcome = outcomeOf({ status, headers: new Map(headers), body: answer });
        tally.add(outcome);
        if (valid !== undefined) expect(status === 200, outcome).to.equal(valid);
      },
      sample: () => endurance.sample(),
    });

    printFigures('schemas', { seed, schemas: groups.length, requests, ...tally.all });
    endurance.verify();
  });
});
