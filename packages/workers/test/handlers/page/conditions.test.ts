import { RequestError } from '@restmapper/core';
import { type CallPath, type CallValues, type Filter } from '@restmapper/endpoints';
import { expect } from 'chai';
import { conditionsOf } from '../../../src/handlers/page/conditions.ts';
import { indexesFor } from '../../../src/handlers/page/page-indexes.ts';

function at(text: string): CallPath {
  const [part = '', ...names] = text.split('.');
  return { text, part: part as CallPath['part'], names };
}

function is(name: string, path: string, isOptional = false): Filter {
  return { kind: 'is', name, type: 'bigint', value: at(path), isOptional };
}

function between(name: string, from: string, to: string): Filter {
  const bounds = [
    { operator: '>=', value: at(from) },
    { operator: '<', value: at(to) },
  ] as const;
  return { kind: 'range', name, type: 'timestamptz', bounds };
}

function call(parts: Readonly<Record<string, unknown>>): CallValues {
  return Object.fromEntries(
    Object.entries(parts).map(([part, value]) => [part, Buffer.from(JSON.stringify(value))]),
  );
}

describe('conditionsOf', () => {
  it('compares columns with the values of a call', () => {
    const filters = [is('order_id', 'params.id'), between('at', 'args.from', 'args.to')];

    const conditions = conditionsOf(
      filters,
      call({ params: { id: '7' }, args: { from: '2026-05-01T00:00:00Z', to: '2026-05-02T00:00:00Z' } }),
    );

    expect(conditions).to.deep.equal([
      { name: 'order_id', type: 'bigint', operator: '=', text: '7' },
      { name: 'at', type: 'timestamptz', operator: '>=', text: '2026-05-01T00:00:00Z' },
      { name: 'at', type: 'timestamptz', operator: '<', text: '2026-05-02T00:00:00Z' },
    ]);
  });

  it('leaves out absent optional values and absent bounds of the query', () => {
    const filters = [is('order_id', 'args.order', true), between('at', 'args.from', 'args.to')];

    expect(conditionsOf(filters, call({ args: {} }))).to.deep.equal([]);
    expect(conditionsOf(filters, call({ args: null }))).to.deep.equal([]);
    expect(conditionsOf(filters, call({ args: { order: null } }))).to.deep.equal([]);
  });

  for (const [what, filter] of [
    ['argument', is('order_id', 'args.order')],
    ['parameter', is('order_id', 'params.id')],
    ['subject', is('author', 'identity.subject')],
    ['claim', is('tenant', 'identity.claims.tenant')],
    ['header', is('tenant', 'headers.x-tenant')],
    ['bound of the identity', between('at', 'identity.claims.since', 'args.to')],
  ] as const) {
    it(`matches nothing without the ${what}`, () => {
      const filters = [filter, is('lang', 'args.lang', true)];

      for (const parts of [
        {},
        { args: null },
        { args: {}, identity: { subject: null, claims: {} }, params: {} },
      ]) {
        expect(conditionsOf(filters, call(parts))).to.equal(undefined);
      }
    });
  }

  it('matches nothing if the identity does not fit the column', () => {
    expect(
      conditionsOf([is('user_id', 'identity.subject')], call({ identity: { subject: 'anna' } })),
    ).to.equal(undefined);
  });

  for (const [path, parts, code, pointer] of [
    ['args.a~b/c', { args: { 'a~b/c': 'x' } }, 'INVALID_QUERY', '/a~0b~1c'],
    ['params.id', { params: { id: 'x' } }, 'INVALID_PARAMS', '/id'],
    ['data.a.b', { data: { a: { b: 1.5 } } }, 'INVALID_BODY', '/a/b'],
  ] as const) {
    it(`answers ${code} if ${path} does not fit the column`, () => {
      const filter = { ...is('order_id', 'args.x'), value: { ...at(path), names: path.split('.').slice(1) } };

      expect(() => conditionsOf([filter], call(parts)))
        .to.throw(RequestError, `${path.slice(path.indexOf('.') + 1)} must be an integer`)
        .that.deep.includes({ code, status: 422, violations: [{ pointer, detail: 'must be an integer' }] });
    });
  }
});

describe('indexesFor', () => {
  it('has the columns that must be equal, the column with bounds, and the position', () => {
    expect(
      indexesFor([between('at', 'args.from', 'args.to'), is('a', 'params.a'), is('b', 'params.b')]),
    ).to.deep.equal([['a', 'b', 'at', 'id']]);
  });

  it('is one for each set of optional columns', () => {
    expect(indexesFor([is('a', 'args.a', true), is('b', 'params.b'), is('c', 'args.c', true)])).to.deep.equal(
      [
        ['a', 'b', 'c', 'id'],
        ['b', 'c', 'id'],
        ['a', 'b', 'id'],
        ['b', 'id'],
      ],
    );
    expect(indexesFor([is('a', 'args.a', true)])).to.deep.equal([['a', 'id']]);
  });
});
