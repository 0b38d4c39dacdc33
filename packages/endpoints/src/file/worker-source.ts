import type { HandlerSource } from '../handlers/handler-spec.ts';
import type { RawWorker } from './structure.ts';

/** A worker as written, its place, and its endpoint. */
export interface WorkerSource extends HandlerSource {
  readonly name: string;
  readonly raw: RawWorker;
}
