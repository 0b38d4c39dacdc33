/** The column to sort by: its name, prefixed with a minus for descending order. */
export type TableSort = string;

export interface TableColumn<Row> {
  readonly key: string;
  readonly text?: (row: Row) => string | number;
  /** The value to sort and search by, if not the cell's text. */
  readonly value?: (row: Row) => string | number;
}

export interface TableView<Row> {
  readonly columns: readonly TableColumn<Row>[];
  /** Words that a row must contain, each in any of its cells. */
  readonly filter: string;
  readonly sort: TableSort;
}

/** The rows that contain every word, stably sorted. */
export function tableRows<Row>(
  rows: readonly Row[],
  { columns, filter, sort }: TableView<Row>,
): readonly Row[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const textOf = (row: Row) =>
    columns
      .map((column) => valueOf(column, row))
      .join('\n')
      .toLowerCase();
  const found = words.length === 0 ? rows : rows.filter((row) => holdsAll(textOf(row), words));
  const column = columns.find(({ key }) => key === sort.replace(/^-/, ''));
  if (column === undefined) return found;
  const sign = sort.startsWith('-') ? -1 : 1;
  return found.toSorted((a, b) => sign * compare(valueOf(column, a), valueOf(column, b)));
}

function holdsAll(text: string, words: readonly string[]): boolean {
  return words.every((word) => text.includes(word));
}

function valueOf<Row>({ text, value }: TableColumn<Row>, row: Row): string | number {
  return value?.(row) ?? text?.(row) ?? '';
}

const collator = new Intl.Collator('en', { numeric: true });

function compare(a: string | number, b: string | number): number {
  return typeof a === 'number' && typeof b === 'number' ? a - b : collator.compare(String(a), String(b));
}

/** The order after a click on a column header: ascending, then descending; the reverse for numbers. */
export function nextSort(sort: TableSort, key: string, isNumber: boolean): TableSort {
  const [first, second] = isNumber ? [`-${key}`, key] : [key, `-${key}`];
  return sort === first ? second : first;
}
