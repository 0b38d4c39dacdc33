import type { CliCommand } from '../command/cli-command.ts';
import { collect } from '../command/collect.ts';
import { parseUrl } from '../command/parse-url.ts';

const help = `
  restmapper send usage usage.created --data '{"id":1}'
  jq -n '{id: 2}' | restmapper send usage usage.created
  restmapper send orders --data @order.json --header kind=order

The message goes where another application would publish it: to the first exchange of the input, or
to its existing queue. It is not checked by the input's schema; the worker dead-letters what is wrong.
With AMQP_URL it is published to RabbitMQ, without declaring anything; otherwise to the bus of the
\`restmapper start\` on this machine. Without a key, it is the input's own, unless that is a pattern;
for a headers exchange, the headers of the input are added.

Exit code 0: a queue has the message; 1: no queue took it, or the exchange or queue does not exist.`;

export const send: CliCommand = {
  name: 'send',
  summary: 'send a message to an input of the file, as another application does',
  help,
  arguments: [
    { usage: '<input>', summary: 'its name, such as usage' },
    { usage: '[key]', summary: 'the routing key, such as usage.created' },
  ],
  options: [
    { flags: '-d, --data <body>', summary: 'the body: text, @file, or - for standard input (the default)' },
    { flags: '-H, --header <name=value>', summary: 'a header; may be repeated', parse: collect },
    { flags: '--id <id>', summary: 'the property message_id (default: a new UUID)' },
    { flags: '--token <token>', summary: 'a bearer token (default: RESTMAPPER_TOKEN)' },
    { flags: '--api-key <key>', summary: 'an API key (default: RESTMAPPER_API_KEY)' },
    {
      flags: '-u, --url <url>',
      summary: 'the URL of the process (default: that of `restmapper start` on this machine)',
      parse: parseUrl,
    },
  ],
  file: 'option',
  run: () => import('./send.run.ts'),
};
