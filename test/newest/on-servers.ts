import type { Need } from '../support/needs.ts';
import { runMocha, withServers } from '../support/with-servers.ts';

// Runs mocha with the servers of where this runs; neither a browser nor kubectl is needed for it.
const needs = new Set<Need>(['broker', 'database', 'rabbitmq', 'postgresql', 'nginx']);
process.exitCode = await withServers(needs, () => runMocha(process.argv.slice(2)));
