import { parser } from '@prometheus-io/lezer-promql';

/** A metric that an expression asks for. */
export interface Selector {
  readonly metric: string;
  /** The labels it is asked for by, and those that what it becomes is grouped by. */
  readonly labels: readonly string[];
}

/**
 * Finds what a PromQL expression asks for; variables of Grafana are taken for what they stand for.
 *
 * @throws Error where it is no PromQL.
 */
export function parseSelectors(expression: string): readonly Selector[] {
  const text = expression.replaceAll('$__rate_interval', '5m');
  const selectors: { metric: string; labels: string[] }[] = [];
  const grouped: string[] = [];
  parser.parse(text).iterate({
    enter(node) {
      const source = text.slice(node.from, node.to);
      if (node.type.isError) throw new Error(`not PromQL at ${node.from}: ${expression}`);
      if (node.name === 'VectorSelector')
        selectors.push({ metric: /^[\w:]*/.exec(source)?.[0] ?? '', labels: [] });
      if (node.name !== 'LabelName') return;
      const isGrouping = node.node.parent?.name === 'GroupingLabels';
      if (isGrouping) grouped.push(source);
      else selectors.at(-1)?.labels.push(source);
    },
  });
  return selectors.map(({ metric, labels }) => ({ metric, labels: [...labels, ...grouped] }));
}
