import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { printFigures } from '../support/figures.ts';
import { faultTimeoutMs, sized } from '../support/rounds.ts';
import { openFolder, untilReady } from '../system/command.ts';
import { openApplication, type Role } from './support/application.ts';

const workersIndex = fileURLToPath(new URL('../../packages/workers/dist/index.js', import.meta.url));

/** Returns how much time is left, by the clock of its process. */
const handler = `
import { defineHandler } from ${JSON.stringify(workersIndex)};

export default defineHandler(async (_call, { deadlineEpochMs, signal }) => {
  await new Promise((resolve) => setTimeout(resolve, 50));
  return { leftMs: deadlineEpochMs - Date.now(), isAborted: signal.aborted };
});`;

/** Shifts the clock of a process, as far as JavaScript sees it. */
const shiftedClock = `
const shiftMs = Number(process.env.SHIFT_MS);
const RealDate = Date;
const now = () => RealDate.now() + shiftMs;
globalThis.Date = class extends RealDate {
  constructor(...args) { if (args.length === 0) super(now()); else super(...args); }
  static now() { return now(); }
};`;

const timeoutMs = 20_000;

describe('F40: clocks that are 15 s apart', function () {
  this.timeout(faultTimeoutMs);

  for (const [role, shiftMs] of [
    ['work', 15_000],
    ['work', -15_000],
    ['work', 60_000],
    ['serve', 15_000],
  ] as const) {
    it(`answer every request in time when that of "${role}" is ${shiftMs / 1000} s off`, async () => {
      const application = await openApplication({
        endpoints: (path) => `  GET ${path}left: { rpc: { timeout: ${timeoutMs / 1000}s } }`,
        workers: (key) => `  left: { on: "GET ${key.slice('POST '.length)}left", use: ./left.js }`,
        files: { 'left.js': handler, 'package.json': '{"type":"module"}' },
      });
      const clock = join(await openFolder(), 'clock.mjs');
      await writeFile(clock, shiftedClock);
      const env = { SHIFT_MS: String(shiftMs), NODE_OPTIONS: `--import ${pathToFileURL(clock).href}` };
      const open = async (which: Role) => {
        const command = await application.start(which, which === role ? { env } : {});
        await untilReady(command);
        return command;
      };
      const [gateway] = await Promise.all([open('serve'), open('work')]);
      const url = `${application.urlAt(gateway)}left`;
      const calls = sized({ short: 20, full: 1_000 });

      const answers: { readonly leftMs: number; readonly isAborted: boolean }[] = [];
      for (let n = 0; n < calls; n += 1) {
        const response = await fetch(url);
        expect(response.status).to.equal(200);
        answers.push((await response.json()) as (typeof answers)[number]);
      }

      const leastMs = Math.min(...answers.map(({ leftMs }) => leftMs));
      const mostMs = Math.max(...answers.map(({ leftMs }) => leftMs));
      printFigures('F40', { 'shift ms': shiftMs, calls, 'least left ms': leastMs, 'most left ms': mostMs });
      expect(answers.filter(({ isAborted }) => isAborted)).to.deep.equal([]);
      expect(leastMs).to.be.above(timeoutMs / 2);
      expect(mostMs).to.be.at.most(timeoutMs + 1_000);
    });
  }
});
