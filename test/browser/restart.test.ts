import { setTimeout } from 'node:timers/promises';
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { openBroker } from '../support/broker.ts';
import { inBrowser } from '../support/in-browser.ts';
import { openPostgres } from '../support/postgres.ts';
import { until } from '../support/until.ts';
import { use } from '../support/use.ts';
import { statusOf } from '../system/calls.ts';
import {
  type Command,
  type CommandOptions,
  killCommand,
  openCommand,
  openFolder,
} from '../system/command.ts';
import { range } from '../system/distributed.ts';
import { openFront } from './front.ts';
import { connectionState, numbersIn, openLive, readRows, received, rowsWith } from './live-list.ts';

interface MessageStream {
  /** Ends it; resolves with the numbers that the system accepted, in order. */
  readonly end: () => Promise<readonly number[]>;
}

/** Posts `{"n":0}`, `{"n":1}`, … one after another, up to twenty a second, until it is ended. */
function openStream(url: string): MessageStream {
  const accepted: number[] = [];
  const ending = new AbortController();
  const ended = (async () => {
    for (let n = 0; !ending.signal.aborted; n += 1) {
      if ((await statusOf(url, n)) === 200) accepted.push(n);
      await setTimeout(50);
    }
  })();
  return {
    async end() {
      ending.abort();
      await ended;
      return accepted;
    },
  };
}

/** Kills the process, and restarts it on the same ports once the page has noticed. */
async function restart(command: Command, page: Page, options: CommandOptions): Promise<void> {
  await killCommand(command);
  await connectionState(page, 'Connection lost').waitFor();
  await openCommand({ ...options, ports: command });
}

/** The client waits for up to twenty seconds before it tries again. */
const longestWaitMs = 30_000;

/** Resolves once the page is connected and has received a few more messages. */
async function untilMore(page: Page): Promise<void> {
  await connectionState(page, 'Live').waitFor({ timeout: longestWaitMs });
  const before = await received(page);
  await until(async () => (await received(page)) > before + 20, { timeoutMs: longestWaitMs });
}

/** The text of the rows between the messages. */
function noticesIn(rows: readonly string[]): string {
  const notices = rows.filter((row) => !row.includes('"n"'));
  return notices.map((row) => row.split('\n')[0]).join(', ');
}

describe('the view Live when its server dies', function () {
  this.timeout(180_000);

  it(
    'shows every message once and in order after live was killed while they arrived, on RabbitMQ',
    inBrowser(async ({ open, tolerate }) => {
      tolerate(/WebSocket connection to .* failed/);
      const [broker, postgres] = await Promise.all([openBroker(), openPostgres({ fsync: false })]);
      use(broker, () => broker.close());
      use(postgres, () => postgres.close());
      const env = { AMQP_URL: broker.url, DATABASE_URL: postgres.url, LOG_LEVEL: 'warn' };
      const [gateway, live] = await Promise.all([
        openCommand({ args: ['serve'], env }),
        openCommand({ args: ['live'], env }),
        openCommand({ args: ['work'], env }),
      ]);
      const front = await openFront({ gatewayPort: gateway.port, livePort: live.port });
      const page = await openLive(open, front);
      const stream = openStream(`${gateway.url}/messages/`);
      await until(async () => (await received(page)) > 20);

      await restart(live, page, { args: ['live'], env });
      await untilMore(page);
      const accepted = await stream.end();

      await rowsWith(page, `"n": ${accepted.at(-1)}}`).waitFor();
      const rows = await readRows(page);
      expect(accepted).to.deep.equal(range(accepted.length));
      expect(numbersIn(rows)).to.deep.equal(accepted);
      expect(noticesIn(rows)).to.match(/^Recovered \d+ messages?$/);
    }),
  );

  it(
    'recovers by itself after the whole system was killed, and reports that messages may be missing',
    inBrowser(async ({ open, tolerate }) => {
      tolerate(/WebSocket connection to .* failed/);
      tolerate(/ERR_CONNECTION_REFUSED|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET/);
      const options = { args: ['start'], env: { DATA_DIR: await openFolder(), LOG_LEVEL: 'warn' } };
      const system = await openCommand(options);
      const page = await openLive(open, system.url);
      const stream = openStream(`${system.url}/api/v1/messages/`);
      await until(async () => (await received(page)) > 20);

      await restart(system, page, options);
      await untilMore(page);
      const accepted = await stream.end();

      await rowsWith(page, `"n": ${accepted.at(-1)}}`).waitFor();
      const rows = await readRows(page);
      const shown = numbersIn(rows);
      expect(shown).to.deep.equal([...new Set(shown)].toSorted((a, b) => a - b));
      expect(noticesIn(rows)).to.equal('The feed was recreated');
      // Messages in transit when the process died are lost with the in-memory bus.
      const lost = accepted.filter((n) => !shown.includes(n));
      expect(lost.length, `${lost.join()} of ${accepted.length}`).to.be.at.most(1);
    }),
  );
});
