import { ConfigError, type FileProblem } from '@restmapper/core';

/**
 * What a process that follows its files says about them.
 *
 * ```json
 * {"file":"endpoints.yaml","valid":false,"message":"…",
 *  "problems":[{"file":"endpoints.yaml","line":3,"column":5,"message":"…","frame":"…"}]}
 * ```
 */
export interface FileReport {
  readonly file: string;
  /** Whether the process runs with the files as they are now. */
  readonly valid: boolean;
  /** Why not. */
  readonly message?: string;
  /** The places of what is wrong, where they are known. */
  readonly problems?: readonly FileProblem[];
}

/** Reports why a process does not run with its files as they are now. */
export function reportRefusal(file: string, error: unknown): FileReport {
  const message = error instanceof Error ? error.message : String(error);
  return { file, valid: false, message, problems: error instanceof ConfigError ? error.problems : [] };
}
