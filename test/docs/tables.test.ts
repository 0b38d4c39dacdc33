import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { handlers } from '../../packages/endpoints/src/handlers/handlers.ts';
import { maxLimit, parsePageArgs } from '../../packages/workers/src/handlers/page/page-args.ts';
import { allKeys } from './file-schema.ts';
import { documentedKeys, documents, withTables } from './tables.ts';

describe('the reference tables', () => {
  for (const document of documents) {
    it(`match the specs in ${document}; if not, run \`npm run docs:tables\``, () => {
      expect(readFileSync(document, 'utf8')).to.equal(withTables(document));
    });
  }

  it('explain every key of the file once', () => {
    const documented = documentedKeys().map(({ pointer }) => pointer);

    expect(documented.toSorted()).to.deep.equal([...allKeys()].map(([pointer]) => pointer).toSorted());
  });

  it('state the meaning of an absent key as its default, or at the end of its description', () => {
    const both = [...allKeys()].filter(
      ([, schema]) =>
        /Absent:|Default:/.test(String(schema['description'])) &&
        (schema['default'] !== undefined || !/ Absent: [^:]*\.$/.test(String(schema['description']))),
    );

    expect(both).to.deep.equal([]);
  });

  it('state the limits of the query that `page` reads', () => {
    const { paginationId, offset, limit } = handlers.page.args;

    expect(parsePageArgs(Buffer.from('{}'))).to.deep.equal({
      paginationId: paginationId?.['default'],
      offset: offset?.['default'],
      limit: limit?.['default'],
    });
    expect(limit?.['description']).to.include(` ${maxLimit}`);
  });
});
