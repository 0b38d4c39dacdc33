import { type DefinitionsCall, definitionsOf } from './topology-documents.ts';

/**
 * Prints the users, permissions, policies, exchanges, queues and bindings of a file for RabbitMQ. @throws
 * ConfigError
 */
export function run(call: DefinitionsCall): number {
  call.terminal.print(`${JSON.stringify(definitionsOf(call), undefined, 2)}\n`);
  return 0;
}
