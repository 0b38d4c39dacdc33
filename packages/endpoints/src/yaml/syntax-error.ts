import type { YAMLError } from 'yaml';

/** A mistake in the YAML, and where to look for it. */
export interface SyntaxFault {
  readonly offset: number;
  readonly message: string;
}

/** Says what is wrong with the YAML, and for common mistakes, what to do about it. */
export function describeSyntaxError(error: YAMLError, source: string): SyntaxFault {
  const { code, message } = error;
  const [offset] = error.pos;
  const lineStart = source.lastIndexOf('\n', offset - 1) + 1;
  const line = /^.*/.exec(source.slice(offset))?.[0].trimEnd() ?? '';
  if (code === 'MULTILINE_IMPLICIT_KEY' || message.startsWith('Implicit map keys need to be followed')) {
    return { offset, message: `a \`:\` is missing after \`${line}\`` };
  }
  if (message.startsWith('All mapping items must start')) {
    const indent = /^ */.exec(source.slice(lineStart))?.[0].length ?? 0;
    return {
      offset: lineStart + indent,
      message: 'this line is indented differently from the keys beside it; indent them all equally',
    };
  }
  return { offset, message: messageOf(error, source) };
}

function messageOf({ code, message, pos: [offset] }: YAMLError, source: string): string {
  if (source.slice(offset - 1, offset + 1) === '${') {
    return 'a `${…}` inside `{ }` or `[ ]` must be quoted, or be on a separate line';
  }
  if (source.charAt(offset) === '{' && source.charAt(offset - 1) === '/') {
    return 'a path with a parameter must be quoted inside `{ }` or `[ ]`, such as `"GET /orders/{id}"`';
  }
  if (code === 'BAD_DQ_ESCAPE') {
    const escape = source.slice(offset, offset + 2);
    return `\`${escape}\` is not an escape within double quotes; write the text in single quotes, or \`\\${escape}\``;
  }
  if (code === 'TAB_AS_INDENT') return 'tabs are not allowed as indentation; use spaces';
  if (source.charAt(offset) === '*' || code === 'BAD_ALIAS')
    return 'a text that begins with `*` must be quoted';
  if (code === 'BLOCK_AS_IMPLICIT_KEY') return 'a text with `: ` in it must be quoted';
  if (isMissingQuote({ code, message })) return 'the closing quote is missing';
  if (code === 'TAG_RESOLVE_FAILED') {
    const [tag = ''] = /^\S*/.exec(source.slice(offset)) ?? [];
    const isInclusion = /^!(?:include|import|file)/.test(tag);
    return `the tag \`${tag}\` is unknown${isInclusion ? ': list files under `include:` at the top of the file' : '; remove it'}`;
  }
  if (message.startsWith('Missing , between')) return 'a `,` is missing before this';
  const bracket = missingBracket({ message });
  if (bracket !== undefined) return `the closing \`${bracket}\` is missing, or not indented`;
  return message.charAt(0).toLowerCase() + message.slice(1);
}

/** Whether a text has no closing quote; the error stands where it was expected. */
export function isMissingQuote({ code, message }: Pick<YAMLError, 'code' | 'message'>): boolean {
  return code === 'MISSING_CHAR' && message.endsWith('quote');
}

/** The closing bracket that is missing. */
export function missingBracket({ message }: Pick<YAMLError, 'message'>): string | undefined {
  return /end with a ([\]}])$/.exec(message)?.[1];
}
