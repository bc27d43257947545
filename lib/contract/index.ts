/**
 * Events, reactions and compensations as plain data and functions: what a team writes.
 * @module
 */
export { type Choreography, defineChoreography } from './choreography.ts';
export { type ClientOptions, type ClientType, type ClientTypes, client } from './client.ts';
export { defineEntity, type EntityOptions, type EntityType, type ExistingTable } from './entity.ts';
export type { Envelope, EnvelopeOf } from './envelope.ts';
export { ChoreographyError, type ErrorOptions, isChoreographyError } from './errors.ts';
export { defineInbound, type Inbound, type InboundDefinition, type InboundSource } from './inbound.ts';
export {
  type AnswerOf,
  type CommandType,
  commandType,
  type DataOf,
  type EventType,
  eventType,
  type MessageSchema,
  type PastVersion,
  pastVersion,
  type SchemaIssue,
  type Trigger,
} from './message-type.ts';
export { type Compensation, defineReaction, type Reaction, type ReactionDefinition, type Retry, type ReturnFor } from './reaction.ts';
export { type CommandRate, defineService, type PublishRate, type Service, type ServiceDefinition } from './service.ts';
export type { Settings } from './settings.ts';
export type { Declared, Refusal, Transaction } from './transaction.ts';
export { defineUpcast, type Upcast } from './upcast.ts';
