import { readFileSync } from 'node:fs';
import { ConfigError } from '@restmapper/core';
import { expect } from 'chai';
import { parseCaseFile } from '../../src/testing/case-file.ts';

const path = 'api/orders.test.yaml';

/** The mistakes in the cases of a file, as `line:column message`. */
function mistakesOf(text: string): readonly string[] {
  try {
    parseCaseFile(text, path);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ line, column, message }) => `${line}:${column} ${message}`);
  }
  return [];
}

const step = (text: string): string => `cases:\n  a:\n    - ${text}\n`;

interface Described {
  readonly properties: Readonly<Record<string, unknown>>;
}

describe('a file of test cases', () => {
  it('has only keys that docs/testing.md explains', () => {
    const docs = readFileSync('docs/testing.md', 'utf8');
    const schema = JSON.parse(readFileSync('packages/host/cases.schema.json', 'utf8')) as Described & {
      readonly definitions: Readonly<Record<'step' | 'expectation', Described>>;
    };
    const described = [schema, schema.definitions.step, schema.definitions.expectation];
    const keys = described.flatMap(({ properties }) => Object.keys(properties));

    expect(keys).to.have.length.above(15);
    expect(keys.filter((key) => !docs.includes(`\`${key}\``) && !docs.includes(`\n${key}:`))).to.deep.equal(
      [],
    );
  });

  it('names its paths relative to itself, and tests the file beside it', () => {
    const text = `prepare: [./schema.sql]\n${step('sql: SELECT 1')}`;

    expect(parseCaseFile(text, path)).to.deep.include({
      file: 'api/endpoints.yaml',
      prepare: ['api/schema.sql'],
      given: [],
      env: {},
      cases: { a: [{ sql: 'SELECT 1' }] },
    });
    expect(parseCaseFile(`file: ../other.yaml\n${text}`, path).file).to.equal('other.yaml');
  });

  for (const [title, text, mistakes] of [
    ['empty', '', ['1:1 the file is empty']],
    [
      'a stub that HTTP cannot carry',
      step('{ request: GET /a, stubs: { GET /a: { reply: 1, headers: { etag: "7" } } } }'),
      ['3:35 the header etag must be in quotes, as in "7" or W/"7", and is 7'],
    ],
    [
      'an error with headers',
      step('{ request: GET /a, stubs: { GET /a: { error: { status: 404, code: A }, type: text/csv } } }'),
      ['3:78 `type` goes with `reply`, not with `error`'],
    ],
    [
      'two bodies',
      step('{ request: POST /a, body: 1, form: {}, file: nowhere.png }'),
      [
        '3:36 `form` does not go with `body`: keep one of them',
        '3:46 `file` does not go with `body`: keep one of them',
        '3:46 api/nowhere.png cannot be read: there is no such file',
      ],
    ],
    [
      'bytes that are not base64',
      step('{ request: POST /a, base64: "a b" }'),
      ['3:35 `base64` must be base64, such as `iVBORw==`'],
    ],
    ['without cases', 'file: a.yaml', ['1:1 the file lacks the key `cases`']],
    ['with none', 'cases: {}', ['1:8 `cases` must have at least one case']],
    ['broken', 'cases: [', ['1:9 the closing `]` is missing, or not indented']],
    [
      'a step without brackets',
      'cases:\n  a: { sql: SELECT 1 }',
      ['2:6 `a` must be a list of steps, each with `request`, `message` or `sql`'],
    ],
    ['a misspelt key', step('{ sql: S, expcet: {} }'), ['3:17 unknown key `expcet`; did you mean `expect`?']],
    [
      'a step of two kinds',
      step('{ sql: S, message: POST /a }'),
      ['3:7 `a[0]` needs exactly one of `request`, `message` and `sql`'],
    ],
    [
      'a path without a method',
      step('{ request: /a }'),
      ['3:18 `request` must be a method and a path, such as `GET /orders/7?limit=5`'],
    ],
    [
      'a key of another kind',
      step('{ message: POST /a, body: 1 }'),
      ['3:27 `body` does not go with `message`'],
    ],
    [
      'an expectation of another kind',
      step('{ request: GET /a, expect: { reply: 1 } }'),
      ['3:36 `reply` does not go with `request`'],
    ],
    [
      'a body twice',
      step('{ request: POST /a, body: 1, text: a }'),
      ['3:36 `text` does not go with `body`: keep one of them'],
    ],
    [
      'an unknown marker',
      step('{ request: GET /a, expect: { body: { a: { $tpye: string } } } }'),
      ['3:44 there is no marker `$tpye`: one of $any, $type, $match, $has'],
    ],
    [
      'a marker with something beside it',
      step('{ request: GET /a, expect: { body: { $match: a, b: 1 } } }'),
      ['3:36 `$match` must be the only key, beside `b`'],
    ],
    [
      'a type that JSON lacks',
      step('{ request: GET /a, expect: { body: { $type: date } } }'),
      ['3:36 `$type` must be one of string, number, integer, boolean, null, array, object, not "date"'],
    ],
    [
      'a wrong pattern',
      step('{ request: GET /a, expect: { headers: { etag: { $match: "(" } } } }'),
      ['3:47 `(` is not a regular expression'],
    ],
  ] as const) {
    it(`is refused with the place of each mistake: ${title}`, () => {
      expect(mistakesOf(text)).to.deep.equal(mistakes);
    });
  }

  it('is refused with a frame, like endpoints.yaml', () => {
    expect(() => parseCaseFile(step('{ sql: S, expcet: {} }'), path)).to.throw(
      'api/orders.test.yaml:3:17 unknown key `expcet`; did you mean `expect`?\n  1 | cases:\n',
    );
  });
});
