import { setTimeout as sleep } from 'node:timers/promises';
import { defineHandler } from '@restmapper/workers';

/** Long enough to be in progress while generations change. */
const workMs = 500;

// A worker's module is the one place where a default export is asked for.
export default defineHandler(async ({ data }) => {
  await sleep(workMs);
  return data;
});
