import { after } from 'mocha';
import { type Browser, chromium } from 'playwright-core';
import { findExecutable, programs } from './programs.ts';

const flags = [
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--no-first-run',
  // Whatever the page asks for elsewhere must fail, even where there is a network.
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
];

let browser: Promise<Browser> | undefined;

/** The Chromium of this run, without a window; it starts with the first test that needs it. */
export function openBrowser(): Promise<Browser> {
  browser ??= launch();
  return browser;
}

/** Chromium has a profile of its own in a temporary folder, and dies with this process: its pipe breaks. */
async function launch(): Promise<Browser> {
  const executablePath = await findExecutable(programs.chromium);
  return chromium.launch({ executablePath, args: flags, chromiumSandbox: false });
}

after('close the browser', async () => {
  await (await browser)?.close();
});
