import { programs } from '../support/programs.ts';
import { runMocha, withServers } from '../support/with-servers.ts';

// Runs mocha with the servers of where this runs; neither a browser nor kubectl is needed for it.
const { rabbitmq, postgresql, nginx } = programs;
process.exitCode = await withServers([rabbitmq, postgresql, nginx], () => runMocha(process.argv.slice(2)));
