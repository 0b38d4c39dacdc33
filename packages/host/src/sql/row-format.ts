import type { SqlPage, SqlResult } from '@restmapper/workers';

/** Writes the rows of one result, page by page. */
export interface RowFormat {
  /** @throws ConfigError if it cannot represent the columns */
  page(page: SqlPage): string;
  end(result: SqlResult): string;
}
