import { compactJson } from '@restmapper/core';
import type { Message } from '@restmapper/bus';
import { escapeControls, type FollowedMessage, type Terminal } from '@restmapper/host';
import { indentJson } from './call-answer.ts';

/** Prints messages, one after the other. */
export interface TailPrinter {
  /** Resolves when the output has taken the message. */
  readonly print: (json: string) => Promise<void>;
  readonly notice: (sentence: string) => void;
}

export interface PrinterOptions {
  /** Whether messages are indented. */
  readonly isPretty: boolean;
  /** Called when the output has no reader any more. */
  readonly onReaderLeft: () => void;
}

/** Creates a printer that waits for the output, and escapes what a terminal would obey. */
export function createPrinter(terminal: Terminal, { isPretty, onReaderLeft }: PrinterOptions): TailPrinter {
  return {
    print: async (json) => {
      const text = isPretty ? indentJson(json) : json;
      const lines = terminal.isTerminal ? text.split('\n').map(escapeControls).join('\n') : text;
      terminal.print(`${lines}\n`);
      if (terminal.flush && !(await terminal.flush())) onReaderLeft();
    },
    notice: (sentence) => terminal.printError(`${escapeControls(sentence)}\n`),
  };
}

/** `{"position":"1024.5be0c3a9:17","data":…}`, on one line. */
export function formatFollowed({ position, data }: FollowedMessage): string {
  return `{"position":${JSON.stringify(position)},"data":${oneLine(data)}}`;
}

/** The same, with all that the broker knows of a message; its body, the envelope, as written. */
export function formatCopy({ messageId, type, timestampMs, headers, body }: Message): string {
  const publishedAt = new Date(timestampMs).toISOString();
  const head = JSON.stringify({ messageId, endpoint: type, publishedAt, headers });
  return `${head.slice(0, -1)},"body":${oneLine(body.toString())}}`;
}

/** JSON on one line, with its numbers as written; another text as a JSON string. */
function oneLine(text: string): string {
  try {
    JSON.parse(text);
    return compactJson(Buffer.from(text)).toString();
  } catch {
    return JSON.stringify(text);
  }
}
