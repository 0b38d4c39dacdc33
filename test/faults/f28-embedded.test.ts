import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { printFigures } from '../support/figures.ts';
import { faultTimeoutMs, sized } from '../support/rounds.ts';
import { until } from '../support/until.ts';
import { post } from '../system/calls.ts';
import { openCommand, openFolder } from '../system/command.ts';

const shippedFile = fileURLToPath(new URL('../../endpoints.yaml', import.meta.url));
const depth = 100_000;

describe('F28: JSON that nests 100,000 deep', function () {
  this.timeout(faultTimeoutMs);

  it('is answered 400 at once on the embedded bus and database, and blocks neither', async () => {
    const cwd = await openFolder();
    await copyFile(shippedFile, join(cwd, 'endpoints.yaml'));
    const { url } = await openCommand({ args: ['start'], cwd });
    const messages = `${url}/api/v1/messages/`;
    const bodies = [
      `{"a":${'['.repeat(depth)}${']'.repeat(depth)}}`,
      `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`,
      '['.repeat(depth),
    ];
    const statuses: number[] = [];
    let slowestMs = 0;

    for (let turn = 0; turn < sized({ short: 1, full: 100 }); turn += 1) {
      for (const body of bodies) {
        const startMs = performance.now();
        statuses.push((await post(messages, body)).status);
        slowestMs = Math.max(slowestMs, performance.now() - startMs);
      }
    }

    const last = await post(messages, { still: 'here' });
    await until(async () => (await (await fetch(messages)).text()).includes('"still"'));
    printFigures('F28', { 'too deep': statuses.length, 'slowest answer ms': slowestMs });
    expect(new Set(statuses)).to.deep.equal(new Set([400]));
    expect(slowestMs).to.be.below(1_000);
    expect(last.status).to.equal(200);
  });
});
