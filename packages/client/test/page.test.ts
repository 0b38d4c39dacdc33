import { expect } from 'chai';
import { createPage } from '../src/page.ts';

function openGlobals() {
  const document = Object.assign(new EventTarget(), { visibilityState: 'hidden' });
  const globals = Object.assign(new EventTarget(), {
    location: { href: 'https://app.example/' },
    navigator: { onLine: true },
    document,
  });
  return { globals, document };
}

describe('the page around the live client', () => {
  it('reports visibility, a returning network and closing, until the listener stops', () => {
    const { globals, document } = openGlobals();
    const signals: string[] = [];
    const stop = createPage(globals).onSignal((signal) => signals.push(signal));

    document.dispatchEvent(new Event('visibilitychange'));
    document.visibilityState = 'visible';
    document.dispatchEvent(new Event('visibilitychange'));
    globals.dispatchEvent(new Event('offline'));
    globals.dispatchEvent(new Event('online'));
    stop();
    document.dispatchEvent(new Event('visibilitychange'));
    globals.dispatchEvent(new Event('online'));

    expect(signals).to.deep.equal(['awake', 'offline', 'awake']);
  });

  it('knows its URL, and whether it has a network', () => {
    const { globals } = openGlobals();
    const page = createPage(globals);

    const online = page.isOffline();
    globals.navigator.onLine = false;

    expect([page.url, online, page.isOffline()]).to.deep.equal(['https://app.example/', false, true]);
  });

  it('reports nothing outside of a browser', () => {
    const page = createPage({});

    page.onSignal(() => {})();

    expect([page.url, page.isOffline()]).to.deep.equal([undefined, false]);
  });
});
