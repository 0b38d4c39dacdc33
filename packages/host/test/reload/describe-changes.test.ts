import { parseEndpoints } from '@restmapper/endpoints';
import { expect } from 'chai';
import { describeChanges } from '../../src/reload/describe-changes.ts';
import { createDividedModel } from '../divided-model.ts';

const parse = (text: string) => parseEndpoints(text, { file: 'endpoints.yaml', directory: '/app' });

const before = `
endpoints:
  POST /a: { fanout: true, body: true, feed: f }
  POST /b: { rpc: true, body: true }
workers: { a: { on: POST /a, use: append, table: t }, b: { on: POST /b, use: ./b.js } }
`;

describe('what differs between two models', () => {
  it('is empty for the same file, patterns and schemas included', () => {
    const text = before.replace(
      'rpc: true, body: true',
      'rpc: true, body: { type: string, pattern: "^a+$" }',
    );

    expect(describeChanges(parse(text), parse(text))).to.deep.equal([]);
  });

  it('is listed by name', () => {
    const next = `
endpoints:
  POST /a: { fanout: true, body: { type: object } }
  POST /c: { fanout: true, body: true }
workers: { a: { on: POST /a, use: append, table: u } }
info: { title: New }
auth: { schemes: { k: { apiKey: { clients: { c: { keys: [${'a'.repeat(64)}] } } } } } }
`;

    expect(describeChanges(parse(before), parse(next))).to.include.members([
      'endpoint POST /a changed',
      'endpoint POST /b removed',
      'endpoint POST /c added',
      'worker a changed',
      'worker b removed',
      'feed f removed',
      'auth changed',
      'the rest of the file changed',
    ]);
  });

  it('includes partitions in which messages may wait', () => {
    const [three, eight] = [3, 8].map((partitions) => createDividedModel({ partitions }));
    if (!three || !eight) throw new Error('two models');
    const line = 'worker checker: messages that wait stay in the partition of the former orderingKey';

    expect(describeChanges(three, eight)).to.include(line);
    expect(describeChanges(three, createDividedModel({ partitions: 3 }))).to.deep.equal([]);
    expect(describeChanges(three, createDividedModel({ partitions: undefined }))).not.to.include(line);
  });
});
