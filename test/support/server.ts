/** A server of the tests' own that can be lost and brought back on the same port and data. */
export interface Server {
  /** Starts it, if it does not run; does not wait until it serves. */
  start(): Promise<void>;
  /** Ends it in an orderly way. */
  stop(): Promise<void>;
  /** Ends it at once, as a power cut would. */
  kill(): Promise<void>;
  /** Ends it and deletes its data. */
  close(): Promise<void>;
  /** Runs one of the server's own tools; gives what it prints. */
  run(tool: string, args: readonly string[]): Promise<string>;
  /** What the server printed. */
  log(): Promise<string>;
}

/** A machine that does much else needs long for what takes a second. */
const startTimeoutMs = 120_000;
const pollMs = 50;
const tailLength = 4_000;

/**
 * Starts a server; resolves when it serves, which is when the probe resolves.
 *
 * One that ends while it starts is started again: what its predecessor held may take a moment to be free.
 * @throws Error with the end of the server's log, when it does not serve in time.
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
