import { setTimeout as sleep } from 'node:timers/promises';
import { defineHandler } from 'restmapper/worker';

const workMs = 50;

/** Sleeps for a while, then records when it finished. */
export default defineHandler(async (_call, { db, message }) => {
  await sleep(workMs);
  await db.query('INSERT INTO job (message_id) VALUES ($1)', [message.id]);
});
