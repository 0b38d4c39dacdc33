import { expect } from 'chai';
import {
  type CredentialField,
  credentialHeaders,
  fieldsOf,
  parseSecret,
  placeholderHeaders,
} from '../src/lib/credential.ts';

const token: CredentialField = { header: 'authorization', kind: 'token', schemes: ['users', 'staff'] };
const key: CredentialField = { header: 'x-api-key', kind: 'key', schemes: ['machines'] };
const fields = [token, key];

describe('credentials', () => {
  it('are sent in the headers that have a value', () => {
    expect(credentialHeaders(fields, {})).to.deep.equal({});
    expect(credentialHeaders(fields, { authorization: 't', 'x-api-key': 'k', 'x-old': 'o' })).to.deep.equal({
      authorization: 'Bearer t',
      'x-api-key': 'k',
    });
  });

  it('are sent only where one of their schemes is accepted', () => {
    expect(fieldsOf(fields, ['staff', 'other'])).to.deep.equal([token]);
    expect(fieldsOf(fields, [])).to.deep.equal([]);
  });

  it('are shown without secrets: the given ones, or else the first that would do', () => {
    expect(placeholderHeaders(fields, { 'x-api-key': 'secret' })).to.deep.equal({ 'x-api-key': '<key>' });
    expect(placeholderHeaders(fields, {})).to.deep.equal({ authorization: 'Bearer <token>' });
    expect(placeholderHeaders([], {})).to.deep.equal({});
  });

  it('are read from pasted text, if a header can carry it', () => {
    expect(parseSecret('  Bearer ey.J.w \n')).to.equal('ey.J.w');
    expect(parseSecret('')).to.equal('');
    for (const text of ['a b', 'a\nb', 'é', 'a\u0000']) expect(parseSecret(text)).to.equal(undefined);
  });
});
