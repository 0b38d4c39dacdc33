import type { CliCommand } from '../command/cli-command.ts';
import { parseSeconds } from '../command/parse-seconds.ts';

const help = `
  restmapper sql                                       a prompt; \\? lists its commands
  restmapper sql 'SELECT count(*) FROM message'
  restmapper sql '\\d'                                  tables; '\\d message' describes one
  restmapper sql --json 'SELECT * FROM message' | jq length
  restmapper sql --file report.sql --csv > report.csv
  restmapper sql --write 'DELETE FROM message'

Runs SQL on the database of DATABASE_URL, or on the embedded one in DATA_DIR, which must exist, and
which \`restmapper start\` must not be using: only one process at a time can open it.

Statements may only read, each in its own READ ONLY transaction, unless --write is given. Then each
takes effect at once, or with the COMMIT of a transaction that BEGIN opens. A failed statement is
reported with its SQLSTATE and place, and ends the command: exit code 1. With --json and --csv the
rows of the last statement are printed.`;

export const sql: CliCommand = {
  name: 'sql',
  summary: 'look into the database: a prompt, or statements for scripts',
  help,
  arguments: [{ usage: '[statement]', summary: 'SQL (default: standard input; at a terminal, a prompt)' }],
  options: [
    { flags: '-f, --file <path>', summary: 'read the statements from a file' },
    { flags: '--json', summary: 'print one JSON array of rows; numbers keep their digits' },
    { flags: '--csv', summary: 'print CSV with a header, as in RFC 4180' },
    { flags: '--write', summary: 'allow statements that change something' },
    {
      flags: '--timeout <seconds>',
      summary: 'end a statement that takes longer; 0: never (default: 30)',
      parse: parseSeconds,
    },
  ],
  run: () => import('./sql.run.ts'),
};
