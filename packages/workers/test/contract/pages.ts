import { RequestError } from '@restmapper/core';
import { expect } from 'chai';
import { appendRows } from '../../src/handlers/append/append.ts';
import type { MessageTable } from '../../src/database/message-table.ts';
import type { PageArgs } from '../../src/handlers/page/page-args.ts';
import { readPage } from '../../src/handlers/page/page.ts';
import { createMessageTable, createRow, createRows } from './fixtures.ts';
import type { GetDatabase } from './index.ts';

export function describePages(getDatabase: GetDatabase): void {
  describe('a page', () => {
    let table: MessageTable;
    const read = async (args: Partial<PageArgs> = {}) =>
      String(
        await readPage(getDatabase(), table, { paginationId: undefined, offset: 0, limit: 20, ...args }),
      );
    const messages = async (args: Partial<PageArgs>): Promise<unknown> => {
      const page = JSON.parse(await read(args)) as { messages: unknown };
      return page.messages;
    };

    beforeEach(async () => {
      table = await createMessageTable(getDatabase());
    });

    it('of an empty table is empty', async () => {
      const page = await read({ limit: 5 });

      expect(page).to.equal('{"paginationId":0,"offset":0,"limit":5,"total":0,"messages":[]}');
    });

    it('is written without white space between tokens', async () => {
      await appendRows(getDatabase(), table, [createRow('{ "a" : 1, "b": "x: y, \\" z" }')]);

      const page = await read({ limit: 5 });

      expect(page).to.equal(
        '{"paginationId":1,"offset":0,"limit":5,"total":1,"messages":[{"a":1,"b":"x: y, \\" z"}]}',
      );
    });

    it('keeps the exact numbers of its messages', async () => {
      await appendRows(getDatabase(), table, [createRow('[12345678901234567890,1.10]')]);

      const page = await read();

      expect(page).to.include('"messages":[[12345678901234567890,1.10]]');
    });

    it('is newest first, from the offset, as long as the limit', async () => {
      await appendRows(getDatabase(), table, createRows(10));

      expect(await messages({ offset: 0, limit: 3 })).to.deep.equal([10, 9, 8]);
      expect(await messages({ offset: 3, limit: 3 })).to.deep.equal([7, 6, 5]);
      expect(await messages({ offset: 8, limit: 3 })).to.deep.equal([2, 1]);
      expect(await messages({ offset: 10, limit: 3 })).to.deep.equal([]);
      expect(await messages({ offset: Number.MAX_SAFE_INTEGER, limit: 100 })).to.deep.equal([]);
      expect(await messages({ offset: 0, limit: 0 })).to.deep.equal([]);
    });

    it('is refused before its text is built when a row of few bytes has a text of many', async () => {
      const texts = [`[${'1e-16383,'.repeat(33_000)}1]`, `[${'1e100000,'.repeat(3_000)}1]`];
      for (const json of texts) {
        table = await createMessageTable(getDatabase());
        await appendRows(getDatabase(), table, [createRow('1'), createRow(json), createRow('3')]);
        const started = performance.now();

        const error = await read().catch((thrown: unknown) => thrown);

        expect(error).to.be.instanceOf(RequestError).and.include({ status: 500, code: 'REPLY_TOO_LARGE' });
        expect(performance.now() - started).to.be.below(5_000);
        expect(await messages({ limit: 1 })).to.deep.equal([3]);
        expect(await messages({ limit: 1, offset: 2 })).to.deep.equal([1]);
      }
    }).timeout(60_000);

    it('is refused when its rows together have more bytes than the bus carries', async () => {
      const rows = Array.from({ length: 30 }, () => createRow(`"${'x'.repeat(1024 * 1024)}"`));
      await appendRows(getDatabase(), table, rows);

      const error = await read({ limit: 30 }).catch((thrown: unknown) => thrown);

      expect(error).to.be.instanceOf(RequestError).and.include({ status: 500, code: 'REPLY_TOO_LARGE' });
      expect(await messages({ limit: 10 })).to.have.length(10);
    }).timeout(60_000);

    it('supports a message of the maximum depth', async () => {
      const deep = `${'[{"a":'.repeat(2_500)}"${'x'.repeat(9_000)}","b":1e-10${'}]'.repeat(2_500)}`;
      await appendRows(getDatabase(), table, [createRow(deep)]);

      expect(await messages({})).to.have.length(1);
    });

    it('does not move while rows arrive', async () => {
      await appendRows(getDatabase(), table, createRows(5));
      const before = await read({ paginationId: 5, offset: 1, limit: 2 });

      await appendRows(getDatabase(), table, createRows(7));

      const after = await read({ paginationId: 5, offset: 1, limit: 2 });
      expect(after).to.equal(before);
      expect(after).to.equal('{"paginationId":5,"offset":1,"limit":2,"total":5,"messages":[4,3]}');
    });

    it('at a position beyond the end is the newest', async () => {
      await appendRows(getDatabase(), table, createRows(2));

      const page = await read({ paginationId: 99 });

      expect(page).to.equal('{"paginationId":2,"offset":0,"limit":20,"total":2,"messages":[2,1]}');
    });

    it('at position 0 is empty', async () => {
      await appendRows(getDatabase(), table, createRows(2));

      const page = await read({ paginationId: 0 });

      expect(page).to.equal('{"paginationId":0,"offset":0,"limit":20,"total":0,"messages":[]}');
    });
  });
}
