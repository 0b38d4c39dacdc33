import type { CliCommand } from '../command/cli-command.ts';
import { collect } from '../command/collect.ts';
import { parseCount } from '../command/parse-count.ts';
import { parseUrl } from '../command/parse-url.ts';

const help = `
  restmapper tail                                  the file's only feed
  restmapper tail orders --last 20                 a feed, through the live bridge
  restmapper tail orders --since 1024.5be0c3a9:17  after a position that it printed
  restmapper tail 'POST /orders'                   copies of an endpoint's messages, from RabbitMQ
  restmapper tail --dead-letters                   dead letters as they arrive; they stay

Prints one line of JSON per message; at a terminal, indented. Notices of gaps and reconnects go to
standard error. Ctrl-C ends it, with exit code 0; so does a closed pipe: \`tail orders | head -1\`.

Messages of an endpoint need AMQP_URL, and a user that may configure, write and read queues named
restmapper.tail.… and read the endpoint's exchange. They are copies, in a queue of this command
only, which keeps the newest 1,000: nothing waits for a slow terminal. On the embedded bus the
endpoint's feed is followed instead.

RESTMAPPER_TOKEN and RESTMAPPER_API_KEY hold credentials for feeds that need them.`;

export const tail: CliCommand = {
  name: 'tail',
  summary: 'print messages as they pass: of a feed, of an endpoint, or dead letters',
  help,
  arguments: [{ usage: '[what]', summary: 'a feed or an endpoint; of dead letters, a queue or an endpoint' }],
  options: [
    { flags: '--dead-letters', summary: 'print dead letters as they arrive' },
    { flags: '--last <count>', summary: 'begin with the newest messages, this many', parse: parseCount },
    { flags: '--since <position>', summary: 'begin after this position of a feed' },
    { flags: '--pretty', summary: 'indent the messages (default: at a terminal)' },
    { flags: '--no-pretty', summary: 'print lines of JSON, also at a terminal' },
    {
      flags: '-u, --url <url>',
      summary: 'the URL of the live bridge (default: that of `restmapper start` on this machine)',
      parse: parseUrl,
    },
    {
      flags: '-H, --header <header>',
      summary: 'a header, as "name: value"; may be repeated',
      parse: collect,
    },
    { flags: '--token <token>', summary: 'a bearer token (default: RESTMAPPER_TOKEN)' },
    { flags: '--api-key <key>', summary: 'an API key (default: RESTMAPPER_API_KEY)' },
  ],
  file: 'option',
  run: () => import('./tail.run.ts'),
};
