import type { Endpoint } from '../model/model.ts';
import type { RawWorker } from './structure.ts';

/** A worker as written, its place, and its endpoint. */
export interface WorkerSource {
  readonly name: string;
  readonly raw: RawWorker;
  readonly pointer: string;
  /** Absent if it is unknown or invalid. */
  readonly endpoint: Endpoint | undefined;
  /** The folder that module paths are relative to. */
  readonly directory: string;
}
