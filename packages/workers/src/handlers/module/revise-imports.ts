import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createRequire, register } from 'node:module';
import { fileURLToPath } from 'node:url';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import type { Revisions } from './revision-hooks.ts';

const hooks = new URL('./revision-hooks.js', import.meta.url);

/** To the thread of the hooks, which lives as long as the process. */
let port: MessagePort | undefined;

/**
 * Lets `import` and `require` load the current revision of files from now on; resolves when it applies.
 *
 * What is loaded stays in memory: Node has no way to unload a module.
 */
export async function reviseImports(revisions: Revisions, changed: readonly string[]): Promise<void> {
  const require = createRequire(import.meta.url);
  const required = changed.filter((path) => path in require.cache);
  for (const path of required) delete require.cache[path];
  port ??= openHooks();
  port.ref();
  port.postMessage(revisions);
  await once(port, 'message');
  port.unref();
  for (const path of required) requireAgain(require, path);
}

/** Node's `import` finds the exports of CommonJS that it has seen before only after a `require`. */
function requireAgain(require: NodeJS.Require, path: string): void {
  try {
    require(path);
  } catch {
    // The import that follows throws it too.
    delete require.cache[path];
  }
}

function openHooks(): MessagePort {
  const { port1, port2 } = new MessageChannel();
  // From source, where a loader reads TypeScript.
  const url = existsSync(fileURLToPath(hooks)) ? hooks.href : hooks.href.replace(/js$/, 'ts');
  register(url, { data: { port: port2 }, transferList: [port2] });
  return port1;
}
