import { expect } from 'chai';
import { readCallStatement } from '../../src/handlers/call-statement.ts';
import type { CallShape } from '../../src/model/call-path-check.ts';
import type { SqlExpectation } from '../../src/model/use.ts';

const endpoint: CallShape = {
  key: 'PUT /shops/{shop}/orders/{id}',
  paramNames: ['shop', 'id'],
  query: undefined,
  headers: undefined,
  body: { type: 'object', properties: { item: {} }, additionalProperties: false },
  access: { kind: 'public' },
};

function mistakesIn(text: string, expect: SqlExpectation = 'one'): readonly string[] {
  const read = readCallStatement(text, { expect, endpoint });
  return 'sql' in read ? [] : read.map(({ message, place }) => `${place} ${message}`);
}

describe('a statement for the calls of an endpoint', () => {
  it('uses values that they have', () => {
    expect(mistakesIn('SELECT :data.item WHERE :params.shop = :params.id')).to.deep.equal([]);
  });

  it('uses no other values, and every parameter of the path', () => {
    expect(mistakesIn('SELECT :data.itm, :args.a, :identity.subject, :params.shop')).to.deep.equal([
      '7 `data.itm`: the `body` of `PUT /shops/{shop}/orders/{id}` has no `itm`; did you mean `item`?',
      '18 `args.a`: `PUT /shops/{shop}/orders/{id}` has no `query`',
      '27 `identity.subject`: `PUT /shops/{shop}/orders/{id}` is public, so its callers have no identity',
      '0 the statement does not use `{id}` of `PUT /shops/{shop}/orders/{id}`; compare it with `:params.id`',
    ]);
  });

  it('returns what is expected of it', () => {
    const where = 'WHERE shop = :params.shop AND id = :params.id';

    expect(mistakesIn(`DELETE FROM t ${where}`, 'affected')).to.deep.equal([]);
    expect(mistakesIn(`DELETE FROM t ${where} RETURNING id`, 'many')).to.deep.equal([]);
    expect(mistakesIn(`DELETE FROM t ${where}`)).to.have.length(1);
    expect(mistakesIn(`SELECT FROM t ${where}`, 'affected')).to.have.length(1);
    expect(
      mistakesIn(`WITH a AS (SELECT 1) MERGE INTO t USING a ON false ${where}`, 'affected'),
    ).to.have.length(1);
  });
});
