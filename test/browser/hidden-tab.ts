import type { Page } from 'playwright-core';

/**
 * Simulates a window that is covered or minimised, which a headless browser does not have: the document
 * reports that it is hidden, and gets no frames.
 */
const script = `(() => {
  const held = new Map();
  const { requestAnimationFrame, cancelAnimationFrame } = window;
  let isHidden = false;
  let lastId = 1e9;
  Object.defineProperty(document, 'visibilityState', { get: () => (isHidden ? 'hidden' : 'visible') });
  Object.defineProperty(document, 'hidden', { get: () => isHidden });
  window.requestAnimationFrame = (run) => {
    if (!isHidden) return requestAnimationFrame.call(window, run);
    held.set(++lastId, run);
    return lastId;
  };
  window.cancelAnimationFrame = (id) => held.delete(id) || cancelAnimationFrame.call(window, id);
  window.setHidden = (hidden) => {
    isHidden = hidden;
    document.dispatchEvent(new Event('visibilitychange'));
    if (hidden) return;
    for (const run of held.values()) requestAnimationFrame.call(window, run);
    held.clear();
  };
})()`;

/** Prepares a tab to be hidden; call it before its page loads. */
export async function allowHiding(page: Page): Promise<void> {
  await page.addInitScript(script);
}

export async function setHidden(page: Page, isHidden: boolean): Promise<void> {
  await page.evaluate(`setHidden(${isHidden})`);
}
