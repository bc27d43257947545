export { type CommandClient, type CommandClientOptions, createCommandClient } from '../aws/commands/command-client.ts';
export type { CommandResult } from '../aws/commands/command-reply.ts';
export type { DynamodbRecord } from '../aws/records/dynamodb-record.ts';
export type { EventbridgeRecord } from '../aws/records/eventbridge-record.ts';
export {
  type AsyncFailure,
  type FailureRecord,
  parseFailureRecord,
  type QueueFailure,
  type RuleFailure,
  type StreamFailure,
} from '../aws/records/failure-record.ts';
export type { KinesisRecord } from '../aws/records/kinesis-record.ts';
export { type LambdaEvent, recordsFromLambdaEvent } from '../aws/records/lambda-event.ts';
export type { LambdaRecord } from '../aws/records/lambda-record.ts';
export type { SqsRecord } from '../aws/records/sqs-record.ts';
export type { RunSpan, TraceContext, TracedEnd, TracedRun, Tracing } from '../runtime/ports/tracing.ts';
export type { HttpAnswer } from './command.ts';
export { type ClientFactory, createHandlers, type HandlerOptions, type Handlers, type Needs } from './create-handlers.ts';
export type { BatchResponse, LambdaContext } from './lambda-context.ts';
export { type ExecuteOptions, type LocalService, openService } from './open-service.ts';
export { type OpenStreamOptions, openStream } from './open-stream.ts';
export { type OpenTelemetryApi, openTelemetry } from './telemetry/open-telemetry.ts';
export type { LambdaLogger } from './telemetry/telemetry.ts';
