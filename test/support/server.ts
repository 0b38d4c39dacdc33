/** A server of the tests that can be stopped and restarted on the same port and data. */
export interface Server {
  /** Starts it unless it is running; does not wait until it serves. */
  start(): Promise<void>;
  /** Stops it gracefully. */
  stop(): Promise<void>;
  /** Kills it, like a power cut. */
  kill(): Promise<void>;
  /** Stops it and deletes its data. */
  close(): Promise<void>;
  /** Runs one of the server's own tools; returns its output. */
  run(tool: string, args: readonly string[]): Promise<string>;
  /** The server's output. */
  log(): Promise<string>;
}

/** On a busy machine, a start that usually takes a second may take long. */
const startTimeoutMs = 120_000;
const pollMs = 50;
const tailLength = 4_000;

/**
 * Starts a server; resolves when it serves, which is when the probe resolves.
 *
 * A server that exits during its start is started again: resources of its predecessor may still be in use.
 * @throws Error with the end of the server's log, if it does not serve in time.
 */
export async function startServing(server: Server, probe: () => Promise<void>): Promise<void> {
  let deadline: number | undefined;
  for (;;) {
    await server.start();
    deadline ??= Date.now() + startTimeoutMs;
    try {
      return await probe();
    } catch (cause) {
      if (Date.now() > deadline) throw new Error(await describe(server), { cause });
    }
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

async function describe(server: Server): Promise<string> {
  return `the server did not start in time; the end of its log:\n${(await server.log()).slice(-tailLength)}`;
}
