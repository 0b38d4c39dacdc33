import type { Need } from '../support/needs.ts';
import { runMocha, withServers } from '../support/with-servers.ts';

// Runs mocha with the local servers; it needs neither a browser nor kubectl.
const needs = new Set<Need>(['broker', 'database', 'rabbitmq', 'postgresql', 'nginx']);
process.exitCode = await withServers(needs, () => runMocha(process.argv.slice(2)));
