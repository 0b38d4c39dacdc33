import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { methods } from '../../src/index.ts';
import { describeFile } from '../../src/file/schema-file.ts';
import { parse } from '../parse.ts';

type Schema = Readonly<Record<string, unknown>>;

const fileSchema = describeFile();
const docs = readFileSync(new URL('../../../../docs/endpoints-yaml.md', import.meta.url), 'utf8');
const definitions = fileSchema['definitions'] as Readonly<Record<string, Schema>>;
const properties = [...propertiesIn(fileSchema)];

/** Every property that the file may have, with its path. */
function* propertiesIn(schema: unknown, path = ''): Generator<readonly [path: string, property: Schema]> {
  if (typeof schema !== 'object' || schema === null) return;
  for (const [key, value] of Object.entries(schema)) {
    if (key === 'examples' || key === 'default') continue;
    for (const [name, property] of key === 'properties' ? Object.entries(value as object) : []) {
      yield [`${path}/${name}`, property as Schema];
    }
    yield* propertiesIn(value, key === 'properties' ? path : `${path}/${key}`);
  }
}

describe("the file's JSON Schema", () => {
  it('is committed as generated from the specs; if not, run `npm run docs:tables`', () => {
    const committed = new URL('../../endpoints.schema.json', import.meta.url);

    expect(JSON.parse(readFileSync(committed, 'utf8'))).to.deep.equal(fileSchema);
  });

  it('is draft-07, which the YAML servers of editors support', () => {
    expect(fileSchema['$schema']).to.equal('http://json-schema.org/draft-07/schema#');
  });

  for (const [path, property] of properties) {
    it(`explains ${path}`, () => {
      expect(property).to.include.keys('title', 'description', 'examples');
    });
  }

  it('explains every definition', () => {
    for (const definition of Object.values(definitions)) {
      expect(definition).to.include.keys('title', 'description');
    }
  });

  it('knows the same methods as the model', () => {
    const { endpoints } = fileSchema['properties'] as Readonly<Record<string, Schema>>;

    expect(endpoints?.['propertyNames']).to.have.property('pattern', `^(${methods.join('|')}) /\\S*$`);
  });

  it('promises the defaults that the parser fills in', () => {
    const model = parse(`endpoints:
  POST /a: { fanout: true, feed: f }
  GET /b: { rpc: true }
workers:
  w: { on: POST /a, use: append, table: t }
`);
    const written = parse(`endpoints:
  POST /a: { fanout: ${json('endpoint/fanout')}, feed: f, maxBody: ${json('endpoint/maxBody')} }
  GET /b: { rpc: ${json('endpoint/rpc')}, status: ${json('endpoint/status')}, summary: "", description: "" }
workers:
  w: { on: POST /a, use: append, table: t, retries: ${json('worker/retries')}, batch: ${json('worker/batch')} }
feeds:
  f: ${json('feed')}
`);

    expect(written).to.deep.equal(model);
  });
});

describe('docs/endpoints-yaml.md', () => {
  it('shows valid files', () => {
    const files = [...docs.matchAll(/```yaml\n(endpoints:.*?)```/gs)].map(([, source = '']) => source);

    expect(files).not.to.deep.equal([]);
    const [secret, MAX_BODY] = ['0123456789abcdef0123456789abcdef', '64KB'];
    const env = { MAX_BODY, STRIPE_SECRET: secret, GITHUB_SECRET: secret, CHAT_SECRET: secret };
    for (const source of files) parse(source, { env });
  });
});

/** The default that the schema states for a definition's property, or for the properties within, as JSON. */
function json(path: string): string {
  const [name = '', property] = path.split('/');
  const within = (property === undefined ? definitions[name] : nested(definitions[name], property)) ?? {};
  return JSON.stringify(within['default'] ?? defaultsWithin(within));
}

function nested(schema: Schema | undefined, property: string): Schema | undefined {
  return (schema?.['properties'] as Readonly<Record<string, Schema>> | undefined)?.[property];
}

function defaultsWithin(schema: Schema): Schema {
  const entries = Object.entries((schema['properties'] ?? {}) as Readonly<Record<string, Schema>>);
  return Object.fromEntries(entries.map(([name, property]) => [name, property['default']]));
}
