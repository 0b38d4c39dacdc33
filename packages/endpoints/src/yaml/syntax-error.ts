import type { YAMLError } from 'yaml';

/** Says what is wrong with the YAML, and for what people often meet, what to do about it. */
export function describeSyntaxError({ code, message, pos: [offset] }: YAMLError, source: string): string {
  if (source.slice(offset - 1, offset + 1) === '${') {
    return 'a `${…}` between `{ }` or `[ ]` must be quoted, or stand on a line of its own';
  }
  if (source.charAt(offset) === '{' && source.charAt(offset - 1) === '/') {
    return 'a path with a parameter must be quoted between `{ }` or `[ ]`, such as `"GET /orders/{id}"`';
  }
  if (code === 'BAD_DQ_ESCAPE') {
    const escape = source.slice(offset, offset + 2);
    return `\`${escape}\` is not an escape within double quotes; write the text in single quotes, or \`\\${escape}\``;
  }
  if (source.charAt(offset) === '*' || code === 'BAD_ALIAS')
    return 'a text that begins with `*` must be quoted';
  if (code === 'BLOCK_AS_IMPLICIT_KEY') return 'a text with `: ` in it must be quoted';
  if (code === 'MISSING_CHAR' && message.endsWith('quote')) return 'the closing quote is missing';
  if (code === 'TAG_RESOLVE_FAILED')
    return `the tag \`${/^\S*/.exec(source.slice(offset))?.[0]}\` is unknown`;
  const [, bracket] = /end with a ([\]}])$/.exec(message) ?? [];
  if (bracket !== undefined) return `the closing \`${bracket}\` is missing, or not indented`;
  return message.charAt(0).toLowerCase() + message.slice(1);
}
