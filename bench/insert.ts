import { defineHandler } from '@restmapper/workers';

interface Result {
  readonly member: string;
  readonly number: number;
}

/** Stores each message with a statement of its own. */
export default defineHandler(async ({ data }, { db, options }) => {
  const { member, number } = data as Result;
  const table = String(options['table']);
  await db.query(`insert into ${table} (member, number) values ($1, $2)`, [member, number], { name: table });
});
