import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inBrowser } from '../support/in-browser.ts';
import { openCommand, openFolder } from '../system/command.ts';
import { expectAccessible, expectToFit } from './audit.ts';

const yaml = `endpoints:
  POST /orders: { fanout: true, body: { type: object }, feed: orders }
workers:
  store_every_order_that_comes_in: { on: POST /orders, use: append, table: orders, retries: 10, concurrency: 4 }
`;

describe('the page of `restmapper dev`', function () {
  this.timeout(90_000);

  it(
    'reports an invalid edit in every view and window until it is fixed',
    inBrowser(async ({ open }) => {
      const folder = await openFolder();
      const file = join(folder, 'endpoints.yaml');
      await writeFile(file, yaml);
      const { url } = await openCommand({ args: ['dev'], cwd: folder, env: { LOG_LEVEL: 'warn' } });
      const page = await open(`${url}/`);
      const notice = page
        .getByRole('alert')
        .filter({ hasText: 'The last edit of endpoints.yaml is not in effect' });

      await writeFile(file, yaml.replace('append', 'apend').replace('fanout', 'fanuot'));
      await notice.waitFor();
      await notice.getByText('endpoints.yaml:4:61 unknown handler `apend`; did you mean `append`?').waitFor();
      await notice.getByText('use: apend').last().waitFor();
      for (const [width, height] of [
        [360, 740],
        [1440, 900],
      ] as const) {
        for (const path of ['/', '/try', '/system']) {
          await page.setViewportSize({ width, height });
          await page.goto(`${url}${path}`);
          await notice.waitFor();
          await expectAccessible(page);
          await expectToFit(page);
        }
      }
      await writeFile(file, yaml);

      await notice.waitFor({ state: 'detached' });
    }),
  );
});
