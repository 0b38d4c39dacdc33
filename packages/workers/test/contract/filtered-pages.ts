import { RequestError } from '@restmapper/core';
import { expect } from 'chai';
import type { MessageTable } from '../../src/database/message-table.ts';
import { appendRows } from '../../src/handlers/append/append.ts';
import type { Condition } from '../../src/handlers/page/conditions.ts';
import { readFilteredPage, type Selection } from '../../src/handlers/page/filtered-page.ts';
import type { PageArgs } from '../../src/handlers/page/page-args.ts';
import { createMessageTable, createRow, createRows } from './fixtures.ts';
import type { GetDatabase } from './index.ts';

interface Page {
  readonly total: number;
  readonly totalIsAtLeast?: true;
  readonly messages: readonly number[];
  readonly next: number | null;
}

const ofOrder = (order: number): Condition => ({
  name: 'order',
  type: 'bigint',
  operator: '=',
  text: String(order),
});

export function describeFilteredPages(getDatabase: GetDatabase): void {
  describe('a page of the rows that pass conditions', () => {
    let table: MessageTable;
    const readText = async (selection: Selection, args: Partial<PageArgs> = {}): Promise<string> => {
      const all = { paginationId: undefined, offset: 0, limit: 20, ...args };
      return String(await readFilteredPage(getDatabase(), table, { selection, args: all }));
    };
    const read = async (selection: Selection, args?: Partial<PageArgs>): Promise<Page> =>
      JSON.parse(await readText(selection, args)) as Page;
    /** Follows `next` to the end. */
    const readAll = async (selection: Selection, args: Partial<PageArgs> = {}) => {
      const messages: number[] = [];
      for (let after: number | null = null; ; ) {
        const page: Page = await read(selection, { ...args, ...(after !== null && { after }) });
        messages.push(...page.messages);
        if (page.next === null) return messages;
        after = page.next;
      }
    };
    /** Rows 1 to `count` of three orders in turn; `at` goes up by one in the first half and down in the second. */
    const fill = async (count: number) => {
      const rows = Array.from({ length: count }, (_, index) => {
        const at = index < count / 2 ? index : count - index;
        return {
          ...createRow(String(index + 1)),
          columns: [String(index % 3), index % 7 === 0 ? null : String(at)],
        };
      });
      await appendRows(getDatabase(), table, rows);
    };

    beforeEach(async () => {
      table = await createMessageTable(getDatabase(), {
        columns: [
          { name: 'order', type: 'bigint' },
          { name: 'at', type: 'integer' },
        ],
        indexes: [
          ['order', 'id'],
          ['order', 'at', 'id'],
        ],
      });
    });

    it('is written like any page, with the position for the next one', async () => {
      await fill(9);

      const page = await readText({ conditions: [ofOrder(1)] }, { limit: 2 });

      expect(page).to.equal('{"paginationId":9,"offset":0,"limit":2,"total":3,"messages":[8,5],"next":5}');
    });

    it('follows the one before, until no row is left', async () => {
      await fill(50);
      const selection = { conditions: [ofOrder(2)] };

      const all = await readAll(selection, { limit: 4 });

      expect(all).to.deep.equal(Array.from({ length: 16 }, (_, n) => 48 - 3 * n));
      expect((await read(selection, { offset: 3, limit: 2 })).messages).to.deep.equal([39, 36]);
      expect(await read(selection, { limit: 16 })).to.include({ next: null, total: 16 });
      expect(await read(selection, { limit: 0 })).to.deep.include({ messages: [], next: null, total: 16 });
    });

    it('does not move while rows arrive', async () => {
      await fill(9);
      const before = await readText({ conditions: [ofOrder(0)] }, { paginationId: 9, offset: 1 });

      await fill(9);

      expect(await readText({ conditions: [ofOrder(0)] }, { paginationId: 9, offset: 1 })).to.equal(before);
    });

    it('is empty without a row, and where no row can pass', async () => {
      await fill(3);
      const empty = '{"paginationId":3,"offset":0,"limit":20,"total":0,"messages":[],"next":null}';

      expect(await readText({ conditions: [ofOrder(7)] })).to.equal(empty);
      expect(await readText({ conditions: undefined })).to.equal(empty);
      expect(await readText({ conditions: undefined, sortedBy: 'at' }, { after: 2 })).to.equal(empty);
    });

    it('is sorted by the column with bounds, the greatest first, without rows that have no value', async () => {
      await fill(40);
      const from = { name: 'at', type: 'integer', operator: '>=', text: '4' } as const;
      const to = { name: 'at', type: 'integer', operator: '<', text: '17' } as const;
      const selection = { conditions: [ofOrder(0), from, to], sortedBy: 'at' };

      const all = await readAll(selection, { limit: 2 });

      const rows = await getDatabase().query<{ id: number }>(
        `SELECT id::integer FROM ${table.identifier} WHERE "order" = 0 AND at >= 4 AND at < 17 ORDER BY at DESC, id DESC`,
      );
      expect(all).to.have.length.above(6);
      expect(all).to.deep.equal(rows.map(({ id }) => id));
      const open = await readAll({ conditions: [ofOrder(0)], sortedBy: 'at' }, { limit: 3 });
      expect(open).to.have.length(12);
    });

    it('refuses to follow a row of another filter, which would show where that one is', async () => {
      await fill(9);
      const selection = { conditions: [ofOrder(1)], sortedBy: 'at' };

      for (const after of [1, 99]) {
        const error = await read(selection, { after }).catch((thrown: unknown) => thrown);
        expect(error).to.be.instanceOf(RequestError).and.include({ code: 'INVALID_QUERY' });
        expect((error as RequestError).violations[0]?.pointer).to.equal('/after');
      }
    });

    it('counts up to a bound, and says so', async () => {
      const rows = createRows(1_002).map((row) => ({ ...row, columns: ['1', null] }));
      await appendRows(getDatabase(), table, rows.slice(2));
      const exact = await read({ conditions: [ofOrder(1)] }, { limit: 1 });
      await appendRows(getDatabase(), table, rows.slice(0, 2));

      const more = await read({ conditions: [ofOrder(1)] }, { limit: 1 });

      expect(exact).to.deep.include({ total: 1_000, messages: [1_002], next: 1_000 });
      expect(exact).not.to.have.property('totalIsAtLeast');
      expect(more).to.include({ total: 1_000, totalIsAtLeast: true });
    });

    it('refuses to skip too many rows', async () => {
      const error = await read({ conditions: [] }, { offset: 10_001 }).catch((thrown: unknown) => thrown);

      expect(error).to.be.instanceOf(RequestError).and.include({
        code: 'INVALID_QUERY',
        message: 'offset must be at most 10000; send `after` for deeper pages',
      });
    });
  });
}
