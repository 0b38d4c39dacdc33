import { expect } from 'chai';
import { Report } from '../../src/yaml/report.ts';
import type { Environment } from '../../src/yaml/substitution.ts';
import { readYaml } from '../../src/yaml/yaml-reader.ts';
import { problemsOf } from '../parse.ts';

function read(source: string, env: Environment = {}): unknown {
  const report = new Report(source, 'endpoints.yaml');
  const value = readYaml(source, { env, report });
  report.throwIfAny();
  return value;
}

describe('variables', () => {
  it('have the type that plain text would have', () => {
    const env = {
      INT: '5',
      FLOAT: '1.5',
      TRUE: 'true',
      NULL: 'null',
      EMPTY: '',
      HEX: '0x10',
      TEXT: 'a: [b]',
    };

    const value = read(
      Object.keys(env)
        .map((name) => `${name}: \${${name}}\n`)
        .join(''),
      env,
    );

    expect(value).to.deep.equal({
      INT: 5,
      FLOAT: 1.5,
      TRUE: true,
      NULL: null,
      EMPTY: null,
      HEX: 16,
      TEXT: 'a: [b]',
    });
  });

  it('stay text in quotes, in blocks and under a tag', () => {
    const value = read('a: "${N}"\nb: \'${N}\'\nc: |-\n  ${N}\nd: !!str ${N}\n', { N: '5' });

    expect(value).to.deep.equal({ a: '5', b: '5', c: '5', d: '5' });
  });

  it('are replaced within text, several at a time', () => {
    const value = read('a: ${HOST}:${PORT:-80}/x\n', { HOST: 'h' });

    expect(value).to.deep.equal({ a: 'h:80/x' });
  });

  it('fall back to their default when they are not set or empty', () => {
    const value = read('a: ${A:-1}\nb: ${B:-2}\nc: ${C:-3}\nd: "${D:-}"\n', { B: '', C: '9' });

    expect(value).to.deep.equal({ a: 1, b: 2, c: 9, d: '' });
  });

  it('are escaped by a second dollar', () => {
    const value = read('a: $${A}\nb: $A\nc: "^a$"\nd: $$${A}\n', { A: 'x' });

    expect(value).to.deep.equal({ a: '${A}', b: '$A', c: '^a$', d: '$${A}' });
  });

  it('are not replaced a second time', () => {
    expect(read('a: ${A}\n', { A: '${B}', B: 'x' })).to.deep.equal({ a: '${B}' });
  });

  it('are not looked up among inherited properties', () => {
    expect(problemsOf('endpoints: "${constructor}"')).to.deep.equal([
      '1:13 the environment variable constructor is not set; set it, or write `${constructor:-default}`',
    ]);
  });

  it('are each named when they are missing, at their place, with no other mistake for that value', () => {
    const source = 'endpoints:\n  POST /a:\n    fanout: true\n    maxBody: ${A}${B}\n    status: "${C}"\n';

    expect(problemsOf(source)).to.deep.equal([
      '4:14 the environment variable A is not set; set it, or write `${A:-default}`',
      '4:18 the environment variable B is not set; set it, or write `${B:-default}`',
      '5:14 the environment variable C is not set; set it, or write `${C:-default}`',
    ]);
  });

  it('must be well-formed', () => {
    expect(problemsOf('endpoints: "$${B} ${A-B} ${A"')).to.deep.equal([
      '1:19 `${A-B}` is not a variable; write `${NAME}` or `${NAME:-default}`, or `$${` for a literal `${`',
      '1:26 `${A` is not a variable; write `${NAME}` or `${NAME:-default}`, or `$${` for a literal `${`',
    ]);
  });
});

describe('YAML', () => {
  it('is read by the core schema of version 1.2', () => {
    const value = read('%YAML 1.1\n---\na: yes\nb: 0o17\nc: 2024-01-01\nd: ~\ne: 1e3\n1.0: x\nNULL: y\n');

    expect(value).to.deep.equal({
      a: 'yes',
      b: 15,
      c: '2024-01-01',
      d: null,
      e: 1000,
      '1.0': 'x',
      NULL: 'y',
    });
  });

  it('has aliases, which stand for the last anchor before them', () => {
    const value = read('a: &x { n: 1 }\nb: *x\nc: &x { n: 2 }\nd: *x\n');

    expect(value).to.deep.equal({ a: { n: 1 }, b: { n: 1 }, c: { n: 2 }, d: { n: 2 } });
  });

  it('reports a mistake behind an alias where it is written', () => {
    const source = 'endpoints:\n  GET /a: &common { rpc: true, status: 404 }\n  GET /b: *common\n';

    expect(problemsOf(source)).to.deep.equal(['2:40 `status` must be 200 to 299, not 404']);
  });

  it('keeps keys apart from inherited properties', () => {
    const value = read('__proto__: { a: 1 }\nconstructor: 2\n');

    expect(Object.entries(value as object)).to.deep.equal([
      ['__proto__', { a: 1 }],
      ['constructor', 2],
    ]);
  });

  it('may not expand endlessly through aliases', () => {
    const levels = Array.from({ length: 12 }, (_, level) => {
      const items =
        level === 0
          ? '1'
          : Array(10)
              .fill(`*l${level - 1}`)
              .join(', ');
      return `l${level}: &l${level} [${items}]`;
    });

    const problems = problemsOf(levels.join('\n'));

    expect(problems.filter((problem) => problem.endsWith('make more than 100000 values'))).not.to.deep.equal(
      [],
    );
  });

  it('may not nest endlessly through aliases', () => {
    const levels = Array.from({ length: 300 }, (_, level) => `l${level}: &l${level} [*l${level - 1}]`);

    const problems = problemsOf(`l-1: &l-1 1\n${levels.join('\n')}`);

    expect(problems.filter((problem) => problem.endsWith('nest deeper than 100 levels'))).not.to.deep.equal(
      [],
    );
  });

  for (const [name, source] of Object.entries({
    'flow lists': '['.repeat(50_000),
    'flow mappings': '{a: '.repeat(50_000),
    'block lists': '- '.repeat(50_000),
    'block mappings': Array.from({ length: 1000 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n'),
    keys: '? '.repeat(50_000),
  })) {
    it(`may not nest ${name} endlessly`, () => {
      const problems = problemsOf(source);

      expect(problems).to.have.length(1);
      expect(problems[0]).to.include('collections must not be nested deeper than 100 levels');
    });
  }
});
