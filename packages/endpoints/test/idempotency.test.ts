import { expect } from 'chai';
import { parse, problemsOf } from './parse.ts';

const day = 24 * 3600 * 1000;

describe('idempotency and once', () => {
  it('are off unless asked for', () => {
    const { endpoints, workers } = parse(
      'endpoints:\n  POST /a: { rpc: true }\nworkers:\n  w: { on: POST /a, use: ./w.ts }\n',
    );

    expect(endpoints[0]?.idempotency).to.equal(undefined);
    expect(workers[0]?.once).to.equal(undefined);
  });

  it('keep the answer of a request as configured, and the completion of an event for a week', () => {
    const { endpoints, workers } = parse(`endpoints:
  POST /a: { rpc: true, idempotency: true }
  POST /b: { rpc: true, idempotency: { keep: 72h } }
  POST /c: { fanout: true, idempotency: true }
  POST /d: { fanout: true, idempotency: { keep: 1000h } }
  POST /e: { rpc: true }
workers:
  a: { on: POST /a, use: ./w.ts }
  b: { on: POST /b, use: ./w.ts, once: true }
  c: { on: POST /c, use: ./w.ts }
  d: { on: POST /d, use: ./w.ts }
  e: { on: POST /e, use: ./w.ts, once: true }
`);

    expect(endpoints.map(({ idempotency }) => (idempotency?.keepMs ?? 0) / day)).to.deep.equal([
      1,
      3,
      1,
      1000 / 24,
      0,
    ]);
    expect(workers.map(({ once }) => (once?.keepMs ?? 0) / day)).to.deep.equal([1, 3, 7, 1000 / 24, 7]);
  });

  const mistakes: Readonly<Record<string, readonly [file: string, ...problems: string[]]>> = {
    'a GET': [
      'endpoints:\n  GET /a: { rpc: true, idempotency: true }\n',
      '2:24 a GET request changes nothing, and needs no `idempotency`',
    ],
    'a time that is too short': [
      'endpoints:\n  POST /a: { rpc: true, idempotency: { keep: 1s } }\n',
      '2:46 `keep` must be 1m to 8760h, not 1s',
    ],
    false: [
      'endpoints:\n  POST /a: { rpc: true, idempotency: false }\n',
      '2:38 `idempotency` must be `true` or a mapping such as `{ keep: 24h }`',
    ],
    'a page, which keeps no answers': [
      'endpoints:\n  POST /a: { rpc: true, idempotency: true }\nworkers:\n  w: { on: POST /a, use: page, table: t }\n',
      '4:26 `page` keeps no answers, as the `idempotency` of `POST /a` needs',
    ],
    'a worker that excludes it': [
      'endpoints:\n  POST /a: { rpc: true, idempotency: true }\nworkers:\n  w: { on: POST /a, use: ./w.ts, once: false }\n',
      '4:40 the `idempotency` of `POST /a` needs `once`',
    ],
  };

  for (const [mistake, [file, ...problems]] of Object.entries(mistakes)) {
    it(`are refused for ${mistake}`, () => {
      expect(problemsOf(file)).to.deep.equal(problems);
    });
  }
});
