import { expect } from 'chai';
import { parseInline, parseMarkdown } from '../src/lib/markdown.ts';
import { cpuMsOf } from '../../test/support/cpu-time.ts';

const text = (text: string) => ({ kind: 'text', text });

describe('Markdown', () => {
  it('has paragraphs, headings, lists, quotes and code', () => {
    const blocks = parseMarkdown(
      '# Orders #\nTwo lines\nof one.\n\n- a\n- b\n  goes on\n1. one\n2) two\n> said\n> so\n```json\n{ "a": **1** }\n```\nend',
    );

    expect(blocks).to.deep.equal([
      { kind: 'heading', content: [text('Orders')] },
      { kind: 'paragraph', content: [text('Two lines\nof one.')] },
      { kind: 'list', isOrdered: false, items: [[text('a')], [text('b\ngoes on')]] },
      { kind: 'list', isOrdered: true, items: [[text('one')], [text('two')]] },
      { kind: 'quote', content: [text('said\nso')] },
      { kind: 'code', text: '{ "a": **1** }' },
      { kind: 'paragraph', content: [text('end')] },
    ]);
  });

  it('has emphasis, code and links within a line', () => {
    const pieces = parseInline(
      'a **b _c_** `d*` [e](https://x.org/?a=1) <mailto:f@x.org> \\*g\\* snake_case_name',
    );

    expect(pieces).to.deep.equal([
      text('a '),
      { kind: 'strong', content: [text('b '), { kind: 'em', content: [text('c')] }] },
      text(' '),
      { kind: 'code', text: 'd*' },
      text(' '),
      { kind: 'link', href: 'https://x.org/?a=1', content: [text('e')] },
      text(' '),
      { kind: 'link', href: 'mailto:f@x.org', content: [text('mailto:f@x.org')] },
      text(' *g* snake_case_name'),
    ]);
  });

  for (const hostile of [
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '[x](javascript:alert(1))',
    '[x](JaVaScRiPt:alert(1))',
    '[x](data:text/html,x)',
    '[x](//elsewhere.example)',
    '<javascript:alert(1)>',
    '[x](vbscript:x)',
  ]) {
    it(`treats as text: ${hostile}`, () => {
      expect(parseInline(hostile).map(({ kind }) => kind)).to.deep.equal(['text']);
    });
  }

  for (const sign of ['*', '_', '**a ', '[', '[a](', '`', '<', '> ', '- ', '\\']) {
    it(`takes little time for a text of only ${sign}`, () => {
      expect(cpuMsOf(() => parseMarkdown(sign.repeat(20_000)))).to.be.below(2_000);
    });
  }
});
