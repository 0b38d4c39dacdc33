import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { parseArgs } from 'node:util';

const usage = `npm run test:conformance -- --url http://host:8080 [--messages <url>] [--feed messages]

Checks that a server speaks the live protocol: by WebSocket, as Server-Sent Events, and as history.
It stores a few hundred messages there, about 25 MB.

  --url       where /ws/v1/, /sse/v1/ and /live/v1/ are
  --messages  where a POST of a JSON object becomes a message of the feed (<url>/api/v1/messages/)
  --feed      the name of the feed (messages)
`;

/** The suite that waits is last, and waits while the others run. */
const suites = ['websocket', 'closing', 'events', 'history', 'patience'];

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { url: { type: 'string' }, messages: { type: 'string' }, feed: { type: 'string' } },
  });
  if (!values.url) {
    process.stderr.write(usage);
    return 2;
  }
  const url = values.url.replace(/\/$/, '');
  const mocha = spawn(
    process.execPath,
    [
      'node_modules/mocha/bin/mocha.js',
      '--fail-zero',
      '--timeout=90000',
      ...suites.map((name) => `test/conformance/${name}.suite.ts`),
    ],
    {
      stdio: 'inherit',
      env: {
        ...process.env,
        CONFORMANCE_URL: url,
        CONFORMANCE_MESSAGES_URL: values.messages ?? `${url}/api/v1/messages/`,
        CONFORMANCE_FEED: values.feed ?? 'messages',
      },
    },
  );
  const [code] = await once(mocha, 'exit');
  return Number(code ?? 1);
}

process.exitCode = await main();
