import type { Model } from '../../model/model.ts';
import type { SchemaShelf } from './schema-shelf.ts';

/** Where an operation stands in its document. */
export interface OperationPlace {
  readonly operationId: string;
  /** What the names of its schemas begin with, such as `PostOrders`. */
  readonly typeName: string;
  /** The names of the path's parameters in the key of the path item. */
  readonly pathParamNames: readonly string[];
  readonly shelf: SchemaShelf;
  readonly model: Model;
}
