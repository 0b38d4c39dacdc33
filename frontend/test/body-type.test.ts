import { expect } from 'chai';
import { bodyTypeOf, fileFault, typeOfFile } from '../src/lib/body-type.ts';

const picture = new File([], 'a.png', { type: 'image/png' });

describe('a type of bodies', () => {
  it('says how a body is entered', () => {
    const formatOf = (type: string) => bodyTypeOf(type, true).format;

    expect(formatOf('application/json')).to.equal('json');
    expect(formatOf('application/geo+json')).to.equal('json');
    expect(formatOf('application/x-www-form-urlencoded')).to.equal('form');
    expect(formatOf('text/csv')).to.equal('text');
    expect(formatOf('image/*')).to.equal('binary');
  });

  it('is an object where a form may be anything', () => {
    const form = 'application/x-www-form-urlencoded';
    const schema = { type: 'object', properties: { a: { type: 'integer' } } };

    expect(bodyTypeOf(form, {}).schema).to.deep.include({ type: 'object' });
    expect(bodyTypeOf(form, schema).schema).to.equal(schema);
    expect(bodyTypeOf(form, { ...schema, type: ['string', 'object'] }).schema).to.deep.equal(schema);
  });

  it('is that of a file within its range', () => {
    const [range, exact] = [bodyTypeOf('image/*', true), bodyTypeOf('application/pdf', true)];

    expect(typeOfFile(picture, range)).to.equal('image/png');
    expect(typeOfFile(picture, exact)).to.equal('application/pdf');
    expect(fileFault(picture, range)).to.equal(undefined);
    expect(fileFault(new File([], 'a', { type: 'text/csv' }), range)).to.equal('is text/csv, not image/*');
    expect(fileFault(undefined, range)).to.equal('choose a file');
  });
});
