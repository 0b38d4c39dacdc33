import { formats } from './formats.ts';
import type { Keywords } from './keyword.ts';
import { compilePattern } from '../pattern/linear-pattern.ts';

/** Assertions about text. */
export const textKeywords: Keywords = {
  minLength(value) {
    const least = Number(value);
    return (at, run) =>
      typeof at.value !== 'string' ||
      hasAtLeast(at.value, least) ||
      run.fail(at, `must NOT have fewer than ${least} characters`);
  },
  maxLength(value) {
    const most = Number(value);
    return (at, run) =>
      typeof at.value !== 'string' ||
      !hasAtLeast(at.value, most + 1) ||
      run.fail(at, `must NOT have more than ${most} characters`);
  },
  pattern(value) {
    const pattern = compilePattern(String(value));
    const detail = `must match pattern ${JSON.stringify(value)}`;
    return (at, run) => {
      if (typeof at.value !== 'string') return true;
      run.pass(at.value.length);
      return pattern.test(at.value) || run.fail(at, detail);
    };
  },
  format(value) {
    const format = formats.get(String(value));
    if (!format) return undefined;
    const detail = `must match format ${JSON.stringify(value)}`;
    return (at, run) => {
      if (typeof at.value === 'string') run.pass(at.value.length);
      return format(at.value) || run.fail(at, detail);
    };
  },
};

/** Whether a text has this many characters: code points, of which some take two units. */
function hasAtLeast(text: string, count: number): boolean {
  if (text.length < count) return false;
  if (text.length >= 2 * count) return true;
  let counted = 0;
  for (let at = 0; at < text.length && counted < count; counted += 1) {
    at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
  }
  return counted >= count;
}
