import { RangeSet, StateEffect, StateField } from '@codemirror/state';
import { EditorView, GutterMarker, gutterLineClass } from '@codemirror/view';

class FaultMarker extends GutterMarker {
  override readonly elementClass = 'fault';
}

const marker = new FaultMarker();
const invalid: Readonly<Record<string, string>> = { 'aria-invalid': 'true' };

/** Marks the lines, counted from 1, in which something is wrong. */
export const markFaults = StateEffect.define<readonly number[]>();

/** The error marks beside an editor's lines; they move with the text until they are replaced. */
export const codeFaults = StateField.define<RangeSet<GutterMarker>>({
  create: () => RangeSet.empty,
  update(marks, { changes, effects, state: { doc } }) {
    const set = effects.find((effect) => effect.is(markFaults));
    if (!set) return marks.map(changes);
    const lines = set.value.filter((line) => line <= doc.lines);
    return RangeSet.of(
      lines.map((line) => marker.range(doc.line(line).from)),
      true,
    );
  },
  provide: (field) => [
    gutterLineClass.from(field),
    EditorView.contentAttributes.from(field, ({ size }) => (size > 0 ? invalid : {})),
  ],
});
