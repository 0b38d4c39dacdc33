import { after } from 'mocha';
import { type Browser, chromium } from 'playwright-core';
import { findExecutable, programs } from './programs.ts';

const flags = [
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--no-first-run',
  // Requests to other hosts must fail, even if there is a network.
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
];

let browser: Promise<Browser> | undefined;

/** The headless Chromium of this run, which starts with the first test that needs it. */
export function openBrowser(): Promise<Browser> {
  browser ??= launch();
  return browser;
}

/** Chromium has a temporary profile, and dies with this process: its pipe breaks. */
async function launch(): Promise<Browser> {
  const executablePath = await findExecutable(programs.chromium);
  return chromium.launch({ executablePath, args: flags, chromiumSandbox: false });
}

after('close the browser', async () => {
  await (await browser)?.close();
});
