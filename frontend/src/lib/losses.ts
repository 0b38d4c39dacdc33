import type { GapEntry } from './feed-entry.ts';
import { formatCount, formatCountOf } from './format.ts';

/** The sum of all gaps of a feed, since single gaps scroll out of sight. */
export interface Losses {
  readonly gaps: number;
  /** Messages known to be missing. */
  readonly messages: number;
  /** Whether an unknown number of further messages is missing, because the feed was recreated. */
  readonly isUncertain: boolean;
  readonly last: GapEntry;
}

export function addLoss(losses: Losses | undefined, gap: GapEntry): Losses {
  const { gaps = 0, messages = 0, isUncertain = false } = losses ?? {};
  const isNew = gap.why === 'epoch';
  return {
    gaps: gaps + 1,
    messages: messages + (isNew ? 0 : Math.max(0, gap.to - gap.from + 1)),
    isUncertain: isUncertain || isNew,
    last: gap,
  };
}

/** `12 messages were not shown, in 3 gaps` */
export function lossesTitle({ gaps, messages, isUncertain }: Losses): string {
  const where = gaps === 1 ? '' : `, in ${formatCount(gaps)} gaps`;
  if (messages === 0) return `Messages may be missing${where}`;
  const were = messages === 1 ? 'was' : 'were';
  const more = isUncertain ? ', and more may be missing' : '';
  return `${formatCountOf(messages, 'message')} ${were} not shown${where}${more}`;
}
