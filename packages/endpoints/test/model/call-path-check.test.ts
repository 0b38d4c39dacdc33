import { expect } from 'chai';
import { callPathFault } from '../../src/model/call-path-check.ts';
import { parseCallPath } from '../../src/model/call-path.ts';

describe('the check of a path to a value of a call', () => {
  const shape = {
    key: 'PUT /orders/{id}',
    paramNames: ['id'],
    query: { type: 'object', properties: { limit: {} }, additionalProperties: false },
    body: {
      properties: { item: { properties: { name: {} }, additionalProperties: false } },
      additionalProperties: false,
    },
    headers: { properties: { 'if-match': {} } },
    access: { kind: 'public' },
  } as const;
  const faultOf = (text: string, over = {}): string | undefined => {
    const path = parseCallPath(text);
    if (typeof path === 'string') throw new Error(path);
    return callPathFault(path, { ...shape, ...over });
  };

  it('finds nothing wrong with what a call may have', () => {
    for (const text of ['params.id', 'args.limit', 'data', 'data.item', 'data.item.name', 'headers.If-Match'])
      expect(faultOf(text), text).to.equal(undefined);
    const access = { kind: 'protected', schemes: ['users'], scopes: [] };
    expect(faultOf('identity.subject', { access })).to.equal(undefined);
    expect(faultOf('data.other', { body: { type: 'object' } })).to.equal(undefined);
    const body = { $ref: '#/$defs/a', unevaluatedProperties: false };
    expect(faultOf('data.other', { body })).to.equal(undefined);
  });

  it('follows references, whichever of several schemas declares a member', () => {
    const body = {
      $defs: {
        order: { properties: { item: { $ref: '#/$defs/item' } } },
        item: { additionalProperties: false },
      },
      allOf: [{ $ref: '#/$defs/order' }],
      anyOf: [{ properties: { note: true } }, { properties: { remark: true } }],
      unevaluatedProperties: false,
    };

    expect(faultOf('data.item', { body })).to.equal(undefined);
    expect(faultOf('data.remark', { body })).to.equal(undefined);
    expect(faultOf('data.remrk', { body })).to.contain('has no `remrk`; did you mean `remark`?');
    expect(faultOf('data.item.name', { body })).to.contain('has no `name`');
  });

  it('names what no call has', () => {
    expect(faultOf('params.idd')).to.equal(
      '`params.idd`: the path of `PUT /orders/{id}` has no parameter `{idd}`; did you mean `id`?',
    );
    expect(faultOf('args.lmit')).to.contain('the `query` of `PUT /orders/{id}` has no `lmit`');
    expect(faultOf('data.item.nme')).to.contain('the `body` of `PUT /orders/{id}` has no `nme`');
    expect(faultOf('args.a', { query: undefined })).to.contain('has no `query`');
    expect(faultOf('data', { body: undefined })).to.contain('has no `body`');
    expect(faultOf('identity.subject')).to.contain('is public');
    expect(faultOf('headers.if-mtch')).to.equal(
      '`headers.if-mtch`: `PUT /orders/{id}` declares no header `if-mtch`; did you mean `if-match`?',
    );
    expect(faultOf('headers.accept', { headers: undefined })).to.contain('declares no `headers`');
  });
});
