import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

const tokens = HighlightStyle.define([
  { tag: tags.propertyName, color: 'var(--json-key)' },
  { tag: tags.string, color: 'var(--json-string)' },
  { tag: tags.number, color: 'var(--json-number)' },
  { tag: [tags.bool, tags.null], color: 'var(--json-literal)' },
]);

const theme = EditorView.theme({
  '&': { height: '100%', color: 'var(--ink)' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'inherit', lineHeight: 'inherit' },
  '.cm-content': { padding: 'var(--space-2) 0', caretColor: 'var(--ink)' },
  '.cm-line': { padding: '0 var(--space-3)' },
  '.cm-gutters': {
    minWidth: '2.75rem',
    border: '0',
    background: 'var(--sunken)',
    color: 'var(--ink-faint)',
  },
  '.cm-lineNumbers': { flex: '1' },
  '.cm-lineNumbers .cm-gutterElement': { padding: '0 var(--space-2)' },
  '.cm-gutterElement.fault': { background: 'var(--bad-wash)', boxShadow: 'inset 3px 0 var(--bad)' },
  '@media (forced-colors: active)': { '.cm-gutterElement.fault': { borderLeft: '3px solid Mark' } },
});

/** The page's colours and sizes; custom properties carry them into the shadow root. */
export const codeStyle = [theme, syntaxHighlighting(tokens)];
