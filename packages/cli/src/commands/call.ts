import type { CliCommand } from '../command/cli-command.ts';
import { collect } from '../command/collect.ts';
import { parseUrl } from '../command/parse-url.ts';

const help = `
  restmapper call 'POST /orders' item=apple count:=2
  restmapper call 'GET /orders/{id}' id=7 --query limit=5
  restmapper call GET\\ /orders/7?limit=5
  restmapper call 'POST /orders' --data @order.json
  restmapper call 'PUT /pictures/{id}' id=7 --data @picture.png -H 'if-match: "3"'
  jq -n '{item: "pear"}' | restmapper call 'POST /orders' --data -

name=text   a path parameter, else a field of the body, or without a body a query parameter;
            numbers, booleans and lists become what the schema asks for; repeat a name for a list
name:=json  a field of the body, as JSON: tags:='["a","b"]'

Fields become JSON, or a form if the endpoint takes no JSON. --data is sent byte for byte, as the type
that the file's name says if the endpoint takes it, else as JSON, else as the only type it takes.

Values are checked by the schemas of the file, and nothing is sent if one is wrong. The answer goes
to standard output, an error to standard error. Exit code 0: answered 2xx; 1: anything else.

RESTMAPPER_TOKEN and RESTMAPPER_API_KEY hold credentials for endpoints that need them; unlike
options, other users of the machine cannot see them. RESTMAPPER_TOKEN_FILE names a file with one.`;

export const call: CliCommand = {
  name: 'call',
  summary: 'call an endpoint of the file, with values checked by its schemas',
  help,
  arguments: [
    { usage: '<endpoint>', summary: 'such as "POST /orders", or with values in its path: "GET /orders/7"' },
    { usage: '[values...]', summary: 'name=text, or name:=json' },
  ],
  options: [
    { flags: '-q, --query <name=text>', summary: 'a query parameter; may be repeated', parse: collect },
    { flags: '-d, --data <body>', summary: 'the whole body: text, @file, or - for standard input' },
    { flags: '-t, --type <type>', summary: 'the media type of the body, such as text/csv' },
    {
      flags: '-H, --header <header>',
      summary: 'a header, as "name: value"; may be repeated',
      parse: collect,
    },
    { flags: '--token <token>', summary: 'a bearer token (default: RESTMAPPER_TOKEN)' },
    { flags: '--api-key <key>', summary: 'an API key (default: RESTMAPPER_API_KEY)' },
    {
      flags: '-u, --url <url>',
      summary: 'the URL of the API (default: that of `restmapper start` on this machine)',
      parse: parseUrl,
    },
    { flags: '-i, --include', summary: 'print status and headers too' },
    { flags: '--no-check', summary: 'send the values even if they do not match the schemas' },
    { flags: '--dry-run', summary: 'print a curl command instead' },
  ],
  file: 'option',
  run: () => import('./call.run.ts'),
};
