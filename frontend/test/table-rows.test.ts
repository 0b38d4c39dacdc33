import { expect } from 'chai';
import { nextSort, tableRows } from '../src/lib/table-rows.ts';

const rows = [
  { name: '/kind-10/:POST', kind: 'work', messages: 0 },
  { name: '/kind-9/:POST', kind: 'work', messages: 5 },
  { name: '/kind-9/:POST.dead', kind: 'dead letters', messages: 1 },
];
type Row = (typeof rows)[number];
const columns = [
  { key: 'name', value: ({ name }: Row) => name },
  { key: 'kind', text: ({ kind }: Row) => kind },
  { key: 'messages', value: ({ messages }: Row) => messages },
];

function shown(filter: string, sort: string): readonly string[] {
  return tableRows(rows, { columns, filter, sort }).map(({ name }) => name);
}

describe('the rows of a table', () => {
  it('are sorted by numbers as numbers, within names too', () => {
    expect([shown('', 'name'), shown('', '-messages')]).to.deep.equal([
      ['/kind-9/:POST', '/kind-9/:POST.dead', '/kind-10/:POST'],
      ['/kind-9/:POST', '/kind-9/:POST.dead', '/kind-10/:POST'],
    ]);
    expect(shown('', 'messages')[0]).to.equal('/kind-10/:POST');
    expect(shown('', 'no such column')).to.deep.equal(rows.map(({ name }) => name));
  });

  it('match every word, in any cell and any case', () => {
    expect(shown('KIND-9 dead', 'name')).to.deep.equal(['/kind-9/:POST.dead']);
    expect(shown('nothing', 'name')).to.deep.equal([]);
  });

  it('are reversed at the second click, numbers from the greatest', () => {
    expect([nextSort('', 'name', false), nextSort('name', 'name', false)]).to.deep.equal(['name', '-name']);
    expect([nextSort('', 'n', true), nextSort('-n', 'n', true)]).to.deep.equal(['-n', 'n']);
  });
});
