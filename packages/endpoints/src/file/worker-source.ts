import type { Endpoint } from '../model/model.ts';
import type { RawWorker } from './structure.ts';

/** A worker as written, where it stands, and the endpoint it works for. */
export interface WorkerSource {
  readonly name: string;
  readonly raw: RawWorker;
  readonly pointer: string;
  /** Absent when it is unknown or itself at fault. */
  readonly endpoint: Endpoint | undefined;
  /** The folder that module paths are relative to. */
  readonly directory: string;
}
