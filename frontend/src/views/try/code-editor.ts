import { history, historyKeymap, indentWithTab, standardKeymap } from '@codemirror/commands';
import { json } from '@codemirror/lang-json';
import { bracketMatching } from '@codemirror/language';
import { EditorState } from '@codemirror/state';
import { EditorView, keymap, lineNumbers } from '@codemirror/view';
import { codeFaults, markFaults } from './code-faults.ts';
import { codeStyle } from './code-style.ts';

export interface CodeEditorOptions {
  readonly text: string;
  /** Its name for assistive technology. */
  readonly label: string;
  /**
   * The element that describes errors; ignored by browsers that cannot reference elements outside a shadow
   * root.
   */
  readonly note: Element;
  readonly onChange: (text: string) => void;
}

/** An editor for JSON; close it when its element goes. */
export interface CodeEditor {
  /** Replaces the text, as one undoable step; does nothing if it is the same. */
  readonly put: (text: string) => void;
  /** Selects a part, scrolls it into view, and takes the focus. */
  readonly select: (start: number, end: number) => void;
  /** Marks lines, counted from 1. */
  readonly mark: (lines: readonly number[]) => void;
  readonly close: () => void;
}

/**
 * Opens an editor in a shadow root: there, CodeMirror puts its styles into `adoptedStyleSheets`, which the page's
 * Content-Security-Policy allows, and not into a `<style>`, which it forbids.
 */
export function openCodeEditor(
  host: HTMLElement,
  { text, label, note, onChange }: CodeEditorOptions,
): CodeEditor {
  const root = host.shadowRoot ?? host.attachShadow({ mode: 'open' });
  const view = new EditorView({
    parent: root,
    root,
    state: EditorState.create({
      doc: text,
      extensions: [
        lineNumbers(),
        codeFaults,
        history(),
        json(),
        bracketMatching(),
        codeStyle,
        keymap.of([...standardKeymap, ...historyKeymap, indentWithTab]),
        EditorView.contentAttributes.of({ 'aria-label': label }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) onChange(update.state.doc.toString());
        }),
      ],
    }),
  });
  view.contentDOM.ariaDescribedByElements = [note];
  return {
    put: (next) => {
      const { doc } = view.state;
      if (doc.toString() !== next) view.dispatch({ changes: { from: 0, to: doc.length, insert: next } });
    },
    select: (anchor, head) => {
      view.dispatch({ selection: { anchor, head }, scrollIntoView: true });
      view.focus();
    },
    mark: (lines) => view.dispatch({ effects: markFaults.of(lines) }),
    close: () => view.destroy(),
  };
}
