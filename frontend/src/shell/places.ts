import type { IconName } from '../components/icons.ts';

/** One entry of the navigation. */
export interface Place {
  readonly name: 'live' | 'saved' | 'try' | 'system';
  readonly path: string;
  readonly title: string;
  readonly icon: IconName;
  /** Its shortcut. */
  readonly key: string;
}

export const places: readonly Place[] = [
  { name: 'live', path: '/', title: 'Live', icon: 'live', key: '1' },
  { name: 'saved', path: '/saved', title: 'Saved', icon: 'saved', key: '2' },
  { name: 'try', path: '/try', title: 'Try', icon: 'try', key: '3' },
  { name: 'system', path: '/system', title: 'System', icon: 'system', key: '4' },
];
