import type { Model } from '../../model/model.ts';
import type { ProblemShelf } from './problem-responses.ts';
import type { SchemaShelf } from './schema-shelf.ts';

/** The place of an operation in its document. */
export interface OperationPlace {
  readonly operationId: string;
  /** The prefix of its schemas' names, such as `PostOrders`. */
  readonly typeName: string;
  /** The names of the path's parameters in the key of the path item. */
  readonly pathParamNames: readonly string[];
  readonly shelf: SchemaShelf;
  readonly problems: ProblemShelf;
  readonly model: Model;
}
