import type { CollectedSpan } from './trace-collector.ts';

/** Draws traces as trees, one line for each span, the earliest trace first. */
export function drawTraces(spans: readonly CollectedSpan[]): string {
  const sorted = spans.toSorted((a, b) => (a.startNs < b.startNs ? -1 : 1));
  const known = new Set(spans.map(({ spanId }) => spanId));
  const roots = sorted.filter(({ parentSpanId }) => !parentSpanId || !known.has(parentSpanId));
  return roots.map((root) => drawTree(root, sorted).join('\n')).join('\n\n');
}

function drawTree(
  span: CollectedSpan,
  spans: readonly CollectedSpan[],
  [own, below]: readonly [own: string, below: string] = ['', ''],
): string[] {
  const children = spans.filter(({ parentSpanId }) => parentSpanId === span.spanId);
  return [
    drawSpan(span, spans, own),
    ...children.flatMap((child, index) => {
      const isLast = index === children.length - 1;
      return drawTree(child, spans, [`${below}${isLast ? '└─' : '├─'} `, `${below}${isLast ? '  ' : '│ '} `]);
    }),
  ];
}

function drawSpan(span: CollectedSpan, spans: readonly CollectedSpan[], indent: string): string {
  const { name, kind, service, startNs, endNs, links, isError } = span;
  const ms = (Number(endNs - startNs) / 1e6).toFixed(1);
  const linked = links.flatMap(({ spanId }) => spans.filter((other) => other.spanId === spanId));
  const notes = [
    ...(isError ? [`error ${String(span.attributes['error.type'])}`] : []),
    ...linked.map((other) => `link to ${other.name}`),
  ];
  const columns = [`${indent}${name}`.padEnd(35), kind.padEnd(8), service.padEnd(7), `${ms} ms`.padStart(8)];
  return [...columns, ...notes].join('  ').trimEnd();
}
