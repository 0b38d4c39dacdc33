import { defineHandler } from '@restmapper/workers';

// A worker's module is the one place where a default export is asked for.
export default defineHandler(async () => 'a');
