import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { until } from '../support/until.ts';
import { type DocumentBlock, isAsExpected } from './document-blocks.ts';

export interface DocumentOptions {
  /** Where the first command runs. */
  readonly folder: string;
  /** The environment of all commands. */
  readonly env: NodeJS.ProcessEnv;
  /** Replacements in commands and outputs for values that a test cannot use, such as ports. */
  readonly changes?: Readonly<Record<string, string>>;
  /** Called after each block. */
  readonly onDone?: (block: DocumentBlock) => void;
}

interface Background {
  readonly child: ChildProcess;
  output: string;
}

/** Executes the blocks of a document in order. */
export class DocumentRun {
  readonly #options: DocumentOptions;
  readonly #background = new Map<string, Background>();
  #folder: string;
  #output = '';

  constructor(options: DocumentOptions) {
    this.#options = options;
    this.#folder = options.folder;
  }

  /** @throws Error with the line of the first block that behaves differently from the document. */
  async run(blocks: readonly DocumentBlock[]): Promise<void> {
    for (const [index, block] of blocks.entries()) {
      const next = blocks[index + 1];
      const expected = next?.attributes['output'] === '' ? this.#changed(next.text) : undefined;
      try {
        await this.#do(block, expected);
      } catch (error) {
        const text = error instanceof Error ? error.message : String(error);
        throw new Error(`line ${block.line}: ${text}`, { cause: error });
      }
      this.#options.onDone?.(block);
    }
  }

  /** Ends the background commands. */
  async close(): Promise<void> {
    for (const { child } of this.#background.values()) await endGroup(child);
    this.#background.clear();
  }

  async #do({ language, attributes, text }: DocumentBlock, expected: string | undefined): Promise<void> {
    const { file, output, background, until } = attributes;
    if (file !== undefined) return this.#write(file, text);
    if (output !== undefined) return this.#compare(output, this.#changed(text));
    if (language !== 'sh' || attributes['manual'] !== undefined) return;
    if (background !== undefined) return this.#start(background, this.#changed(text), until);
    if (attributes['eventually'] !== undefined) return this.#repeat(this.#changed(text), expected ?? '');
    this.#output = await this.#shell(this.#changed(text));
  }

  #changed(text: string): string {
    const { changes = {} } = this.#options;
    return Object.entries(changes).reduce((text, [from, to]) => text.replaceAll(from, to), text);
  }

  async #write(file: string, text: string): Promise<void> {
    const path = join(this.#folder, file);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }

  async #compare(name: string, expected: string): Promise<void> {
    if (name === '') return assertOutput(this.#output, expected);
    const running = this.#background.get(name);
    if (!running) throw new Error(`nothing runs as ${name}`);
    await until(() => isAsExpected(running.output, `…${expected.trim()}…`)).catch(() =>
      assertOutput(running.output, expected),
    );
  }

  async #start(name: string, text: string, awaited = ''): Promise<void> {
    const child = spawn('sh', ['-c', text], { cwd: this.#folder, env: this.#options.env, detached: true });
    const running: Background = { child, output: '' };
    this.#background.set(name, running);
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => (running.output += text));
    }
    const isReady = (): boolean => running.output.includes(awaited) && running.output !== '';
    await until(() => isReady() || child.exitCode !== null, { timeoutMs: 60_000 });
    if (!isReady()) throw new Error(`it ended: ${running.output}`);
  }

  async #repeat(text: string, expected: string): Promise<void> {
    const attempt = async (): Promise<boolean> => {
      this.#output = await this.#shell(text);
      return isAsExpected(this.#output, expected);
    };
    // The output block reports the difference.
    await until(attempt, { timeoutMs: 20_000, everyMs: 200 }).catch(() => {});
  }

  /** Runs commands; returns their output. */
  async #shell(text: string): Promise<string> {
    const { env, folder } = this.#options;
    const place = join(folder, '.place');
    const { stdout } = await promisify(execFile)('sh', ['-ec', `${text}\npwd > '${place}'`], {
      cwd: this.#folder,
      env,
    });
    this.#folder = (await readFile(place, 'utf8')).trim();
    return stdout;
  }
}

function assertOutput(actual: string, expected: string): void {
  if (!isAsExpected(actual, expected)) throw new Error(`expected\n${expected}\nbut it printed\n${actual}`);
}

/** Ends a process and all its descendants. */
async function endGroup(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'close');
  process.kill(-child.pid, 'SIGTERM');
  const timer = setTimeout(() => process.kill(-(child.pid ?? 0), 'SIGKILL'), 15_000);
  await ended;
  clearTimeout(timer);
}
