import { defineHandler } from '@restmapper/workers';

// A worker's module is the one place where a default export is asked for.
// oxlint-disable-next-line import/no-default-export
export default defineHandler(async ({ data }) => ({ doubled: data.n * 2 }));
