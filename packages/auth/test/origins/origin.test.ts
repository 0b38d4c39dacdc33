import { expect } from 'chai';
import { isAllowedOrigin } from '../../src/origins/origin.ts';

const allowed = new Set(['https://app.example', 'http://localhost:5173']);

describe('isAllowedOrigin', () => {
  for (const [origin, isAllowed] of [
    [undefined, true],
    ['https://api.example:8443', true],
    ['http://API.example:8443', true],
    ['https://app.example', true],
    ['http://localhost:5173', true],
    ['http://app.example', false],
    ['https://app.example:8443', false],
    ['https://app.example.evil.example', false],
    ['https://evil.example/https://app.example', false],
    ['https://api.example', false],
    ['null', false],
    ['', false],
  ] as const) {
    it(`${isAllowed ? 'allows' : 'refuses'} ${origin ?? 'a request without an origin'}`, () => {
      expect(isAllowedOrigin({ headers: { origin, host: 'api.example:8443' } }, allowed)).to.equal(isAllowed);
    });
  }

  it('allows any origin when the list says so', () => {
    expect(isAllowedOrigin({ headers: { origin: 'null', host: 'a' } }, new Set(['*']))).to.equal(true);
  });
});
