/**
 * Events, reactions and compensations as plain data and functions: what a team writes.
 * @module
 */
export { defineChoreography, type Choreography } from './choreography.ts';
export { client, type ClientOptions, type ClientType, type ClientTypes } from './client.ts';
export { defineEntity, type EntityOptions, type EntityType, type ExistingTable } from './entity.ts';
export type { Envelope, EnvelopeOf } from './envelope.ts';
export { ChoreographyError, isChoreographyError, type ErrorOptions } from './errors.ts';
export { defineInbound, type Inbound, type InboundDefinition, type InboundSource } from './inbound.ts';
export {
  commandType,
  eventType,
  pastVersion,
  type AnswerOf,
  type CommandType,
  type DataOf,
  type EventType,
  type MessageSchema,
  type PastVersion,
  type SchemaIssue,
  type Trigger,
} from './message-type.ts';
export { defineReaction, type Compensation, type Reaction, type ReactionDefinition, type Retry, type ReturnFor } from './reaction.ts';
export { defineService, type PublishRate, type Service, type ServiceDefinition } from './service.ts';
export type { Declared, Refusal, Transaction } from './transaction.ts';
export { defineUpcast, type Upcast } from './upcast.ts';
