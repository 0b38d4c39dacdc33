import { expect } from 'chai';
import { fillTemplate, parseCallTemplate } from '../../src/model/call-template.ts';

describe('a template with values of a call', () => {
  const call = {
    params: Buffer.from('{"region":"eu/west"}'),
    data: Buffer.from('{"id":12345678901234567890,"list":[],"none":null,"ok":true}'),
  };
  const fill = (text: string): string => {
    const template = parseCallTemplate(text);
    if (typeof template === 'string') throw new Error(template);
    const filled = fillTemplate(template, call, encodeURIComponent);
    return 'text' in filled ? filled.text : `missing ${filled.missing.text}`;
  };

  it('is filled in, each value encoded', () => {
    expect(fill('/orders/{data.id}')).to.equal('/orders/12345678901234567890');
    expect(fill('{params.region}.{data.ok}')).to.equal('eu%2Fwest.true');
    expect(fill('plain')).to.equal('plain');
    expect(fill('')).to.equal('');
  });

  it('cannot be filled in with anything but a string, a number or a boolean', () => {
    for (const path of ['data.list', 'data.none', 'data', 'data.absent', 'args.a'])
      expect(fill(`a.{${path}}`)).to.equal(`missing ${path}`);
  });

  for (const text of ['{', '}', 'a{data.id', 'a}b', '{}', '{id}', '{data.a{data.b}}', '{{data.id}}']) {
    it(`is not ${JSON.stringify(text)}`, () => {
      expect(parseCallTemplate(text)).to.be.a('string');
    });
  }
});
