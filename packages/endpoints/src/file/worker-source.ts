import type { HandlerSource } from '../handlers/handler-spec.ts';
import type { RawWorker } from './structure.ts';

/** A worker as written, its place, and one of its sources. */
export interface WorkerSource extends HandlerSource {
  readonly name: string;
  readonly raw: Omit<RawWorker, 'on'> & { readonly on?: string };
  /** Whether the file lists several sources. */
  readonly isOneOfSeveral: boolean;
}
