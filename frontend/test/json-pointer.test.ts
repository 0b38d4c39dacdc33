import { expect } from 'chai';
import { formatJson } from '../src/lib/json-format.ts';
import { nodeAt, nodeOf, pointerStep, withNodeAt } from '../src/lib/json-pointer.ts';
import { parseJson } from '../src/lib/json-tree.ts';

function edited(text: string, pointer: string, value: string | undefined): unknown {
  const node = withNodeAt(parseJson(text), pointer, value === undefined ? undefined : parseJson(value));
  return node && JSON.parse(formatJson(node));
}

describe('a JSON pointer', () => {
  it('finds values in objects and arrays, under any name', () => {
    const root = parseJson('{"a/b":{"~":[10,{"":2}]}}');

    expect(nodeAt(root, '/a~1b/~0/0')).to.include({ text: '10' });
    expect(nodeAt(root, '/a~1b/~0/1/')).to.include({ text: '2' });
    expect(nodeAt(root, '/a~1b/none/0')).to.equal(undefined);
    expect(pointerStep('a/~b')).to.equal('/a~1~0b');
  });

  it('takes the last of several members with one name', () => {
    expect(nodeAt(parseJson('{"a":1,"a":2}'), '/a')).to.include({ text: '2' });
    expect(edited('{"a":1,"a":2}', '/a', '3')).to.deep.equal({ a: 3 });
  });

  it('inserts values in place, at the end, or in objects that do not exist yet', () => {
    expect(edited('{"a":1,"b":2}', '/a', '3')).to.deep.equal({ a: 3, b: 2 });
    expect(edited('{"a":1}', '/b/c', '3')).to.deep.equal({ a: 1, b: { c: 3 } });
    expect(edited('{"a":[1,2]}', '/a/1', '3')).to.deep.equal({ a: [1, 3] });
    expect(edited('{"a":[1]}', '/a/9', '3')).to.deep.equal({ a: [1, 3] });
    expect(edited('{"a":1}', '', '3')).to.equal(3);
  });

  it('removes values', () => {
    expect(edited('{"a":1,"b":2}', '/a', undefined)).to.deep.equal({ b: 2 });
    expect(edited('{"a":[1,2,3]}', '/a/1', undefined)).to.deep.equal({ a: [1, 3] });
    expect(edited('{"a":1}', '', undefined)).to.equal(undefined);
  });

  it('leaves every other scalar as it was written', () => {
    const root = parseJson('{"exact":1.0,"big":12345678901234567890,"a":1}');

    const node = withNodeAt(root, '/a', nodeOf('new'));

    expect(node && formatJson(node)).to.equal(
      '{\n  "exact": 1.0,\n  "big": 12345678901234567890,\n  "a": "new"\n}',
    );
  });
});
