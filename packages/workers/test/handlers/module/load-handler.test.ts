import { ConfigError } from '@restmapper/core';
import { expect } from 'chai';
import { loadHandler } from '../../../src/handlers/module/load-handler.ts';
import { defineHandler } from '../../../src/work/handler.ts';

const path = '/app/quote.ts';
const handler = defineHandler(async () => 1);

/** The reason why a module with these exports is refused. */
async function refusalOf(exports: unknown): Promise<string> {
  const error: unknown = await loadHandler({ worker: 'w', path }, async () => exports).catch(
    (thrown: unknown) => thrown,
  );
  expect(error).to.be.instanceOf(ConfigError);
  return (error as ConfigError).message;
}

describe('the export of a worker’s module', () => {
  it('is its default, also when compiled to CommonJS', async () => {
    const compiled = { default: { __esModule: true, default: handler } };

    expect(await loadHandler({ worker: 'w', path }, async () => ({ default: handler }))).to.equal(handler);
    expect(await loadHandler({ worker: 'w', path }, async () => compiled)).to.equal(handler);
  });

  for (const [title, exports, advice] of [
    ['nothing', {}, 'there is none; write `export default defineHandler(async (call) => …)`'],
    ['a handler by name', { quote: handler }, 'it exports quote by name; write `export default quote`'],
    [
      'a handler by name, compiled to CommonJS',
      { default: { __esModule: true, quote: handler } },
      'it exports quote by name; write `export default quote`',
    ],
    [
      'a plain function',
      { default: async () => 1 },
      'it is a plain function; write `export default defineHandler(…)` around it',
    ],
    ['a promise', { default: Promise.resolve(handler) }, 'it is a promise; await it first'],
    ['an object', { default: { handle: () => 1 } }, 'it is an object with handle'],
    ['null', { default: null }, 'it is null'],
    ['a number', { default: 1 }, 'it is of the type number'],
  ] as const) {
    it(`is refused when it is ${title}`, async () => {
      expect(await refusalOf(exports))
        .to.match(/^worker w: the default export of \/app\/quote\.ts must come from defineHandler: /)
        .and.include(advice);
    });
  }

  it('is not waited for indefinitely', async () => {
    const error: unknown = await loadHandler(
      { worker: 'w', path, timeoutMs: 20 },
      () => new Promise(() => {}),
    ).catch((thrown: unknown) => thrown);

    expect(error)
      .to.be.instanceOf(ConfigError)
      .with.property(
        'message',
        'worker w: cannot load /app/quote.ts: it does not finish loading within 0.02 s; a top-level await in it does not end',
      );
  });
});
