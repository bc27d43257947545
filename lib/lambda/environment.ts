import { resourceName } from '../aws/resource-name.ts';
import { environmentNames } from '../contract/deployment.ts';
import { ChoreographyError } from '../contract/errors.ts';
import type { Settings } from '../contract/settings.ts';

/** Variables of the process, as text by name. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** What the constructs tell the functions of one service. */
export interface ServiceEnvironment {
  readonly backbone: string;
  /** Whose resources the others are. @default - whoever asks */
  readonly service?: string;
  /** Name of the stream; absent where the backbone has only a bus. */
  readonly stream?: string;
  readonly bus?: string;
  /** Name of the Glue registry. @default - messages in newer versions wait for a deployment */
  readonly registry?: string;
  readonly table: string;
  readonly tables: Readonly<Record<string, string>>;
  readonly controlTable: string;
  readonly replayQueue: string;
  readonly busQueue?: string;
  readonly deadLetterQueue?: string;
  readonly replayDeadLetterQueue?: string;
  /** Logical names of inbounds by the name of their queue or stream. */
  readonly inbounds: Readonly<Record<string, string>>;
  readonly settings: Partial<Settings>;
}

function missing(name: string, construct: string): never {
  const message = `The environment variable ${name} is not set; the construct ${construct} sets it, or set it by hand.`;
  throw new ChoreographyError('ENVIRONMENT_MISSING', message, { details: { name } });
}

/** A variable that has to be there. @throws ENVIRONMENT_MISSING */
export function required(variables: Variables, name: string, construct = 'ChoreographyService'): string {
  return variables[name] || missing(name, construct);
}

function jsonObject(variables: Variables, name: string): Readonly<Record<string, never>> {
  try {
    const value: unknown = JSON.parse(variables[name] || '{}');
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Readonly<Record<string, never>>;
  } catch {
    // said below
  }
  throw new ChoreographyError('ENVIRONMENT_INVALID', `The environment variable ${name} is not a JSON object.`, { details: { name } });
}

function optional<Key extends string>(key: Key, value: string | undefined): { readonly [K in Key]?: string } {
  return (value ? { [key]: value } : {}) as { readonly [K in Key]?: string };
}

/** Reads what the constructs set. @throws ENVIRONMENT_MISSING, ENVIRONMENT_INVALID */
export function readEnvironment(variables: Variables): ServiceEnvironment {
  const names = environmentNames;
  const [stream, bus] = [variables[names.stream], variables[names.bus]];
  if (!stream && !bus) missing(`${names.stream} (or ${names.bus})`, 'ChoreographyService');
  return {
    backbone: required(variables, names.backbone),
    ...optional('service', variables[names.service]),
    ...optional('stream', stream),
    ...optional('bus', bus),
    ...optional('registry', variables[names.registry]),
    table: required(variables, names.table),
    tables: jsonObject(variables, names.tables),
    controlTable: required(variables, names.controlTable),
    replayQueue: required(variables, names.replayQueue),
    ...optional('busQueue', variables[names.busQueue]),
    ...optional('deadLetterQueue', variables[names.deadLetterQueue]),
    ...optional('replayDeadLetterQueue', variables[names.replayDeadLetterQueue]),
    inbounds: jsonObject(variables, names.inbounds),
    settings: jsonObject(variables, names.settings),
  };
}

/** Marks what came through the queue or the stream of an inbound. */
export function foreignMark({ inbounds }: Pick<ServiceEnvironment, 'inbounds'>, urlOrArn: string): { readonly foreign?: true } {
  return inbounds[resourceName(urlOrArn)] === undefined ? {} : { foreign: true };
}

/** What a queue or a stream is called in `defineInbound`; any other one goes by its own name. */
export function logicalName({ inbounds }: Pick<ServiceEnvironment, 'inbounds'>, urlOrArn: string): string {
  const name = resourceName(urlOrArn);
  return inbounds[name] ?? name;
}
