import { expect } from 'chai';
import { isJsonMediaType } from '../../src/request/media-type.ts';

describe('isJsonMediaType', () => {
  for (const type of [
    'application/json',
    'APPLICATION/JSON',
    'application/json; charset=utf-8',
    'application/json;charset="UTF-8"',
    'application/json; profile=x; charset=utf-8',
    'application/merge-patch+json',
    'application/vnd.example.v1+json ; charset=utf-8',
  ]) {
    it(`accepts ${type}`, () => {
      expect(isJsonMediaType(type)).to.equal(true);
    });
  }

  for (const type of [
    undefined,
    '',
    'text/plain',
    'text/json',
    'application/json5',
    'application/jsonp',
    'application/+json',
    'application/json; charset=latin1',
    'application/json; charset=utf-16',
    'application/json; charset',
    'multipart/form-data; boundary=application/json',
  ]) {
    it(`does not accept ${type}`, () => {
      expect(isJsonMediaType(type)).to.equal(false);
    });
  }
});
