/** The URL of the test database. @throws Error if none is set, because no test is skipped. */
export function databaseUrl(): string {
  const url = process.env['TEST_DATABASE_URL'];
  if (!url)
    throw new Error(
      'set TEST_DATABASE_URL to a PostgreSQL server, such as postgres://postgres@127.0.0.1/postgres',
    );
  return url;
}
