/** The errors of the bus alone: what refers to them needs no types of amqplib. */
export { BusError } from './contract/errors.ts';
export type { BusErrorCode } from './contract/errors.ts';
