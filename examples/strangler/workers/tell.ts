import { defineHandler } from 'restmapper/worker';

/** Tells the depot what is on its way back; while the depot cannot be told, the message is retried. */
export default defineHandler<{ readonly article: string; readonly count: number }>(
  async ({ data }, { publish }) => {
    await publish('returned', { data });
  },
);
