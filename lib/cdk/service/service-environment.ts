import { type Duration, Stack, Token } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import { environmentNames } from '../../contract/deployment.ts';
import { RULES_QUEUE } from '../../contract/inbound.ts';
import type { AnyService } from '../../contract/service.ts';
import { checkSettings, type Settings } from '../../contract/settings.ts';
import type { IBackbone } from '../backbone/found-backbone.ts';
import { misuse } from '../misuse.ts';
import { type BroughtSources, brought, inboundWays } from './inbound-sources.ts';
import type { ServiceQueues } from './service-queues.ts';

/** What the environment of a service is made of. */
export interface ServiceEnvironmentProps extends BroughtSources {
  readonly backbone: IBackbone;
  readonly service: AnyService;
  readonly table: ITable;
  readonly tables: Readonly<Record<string, ITable>>;
  readonly ownQueues: ServiceQueues;
  readonly settings: Partial<Settings>;
  /** Of the functions. */
  readonly timeout: Duration;
}

/** In a function that ends before its margin begins, no message is ever taken. @throws INVALID_SETTINGS */
function checkMargin(scope: Construct, timeout: Duration, { deadlineMarginMilliseconds: margin }: Settings): void {
  if (timeout.isUnresolved() || timeout.toMilliseconds() > margin) return;
  throw misuse(
    scope,
    'INVALID_SETTINGS',
    `\`functions.timeout\` is ${timeout.toHumanString()}, and no reaction is begun in the last ${margin} ms of it (\`settings.deadlineMarginMilliseconds\`), so none ever would be: give the functions more time.`,
    { timeoutSeconds: timeout.toSeconds(), deadlineMarginMilliseconds: margin },
  );
}

/** A wrong setting would be found at the first event of the deployed function; what is known only at the deploy still is. */
function checkKnownSettings(scope: Construct, { settings, timeout }: ServiceEnvironmentProps): void {
  const known = Object.fromEntries(Object.entries(settings).filter(([, value]) => !Token.isUnresolved(value)));
  let all: Settings;
  try {
    all = checkSettings(known);
  } catch (error) {
    throw misuse(scope, 'INVALID_SETTINGS', (error as Error).message, { settings: known });
  }
  checkMargin(scope, timeout, all);
}

/** JSON of names that are known at the deploy only: as keys, too, which `toJsonString` does not take. */
function jsonObject(entries: readonly (readonly [key: string, value: string])[]): string {
  return `{${entries.map(([key, value]) => `"${key}":"${value}"`).join(',')}}`;
}

function inboundNames(
  scope: Construct,
  { service, ownQueues, queues, streams }: ServiceEnvironmentProps,
): readonly (readonly [string, string])[] {
  const ways = inboundWays(service);
  return [
    ...(ownQueues.inbound ? [[ownQueues.inbound.queueName, RULES_QUEUE] as const] : []),
    ...ways.queues.map((name) => [brought(scope, 'queues', name, queues).queueName, name] as const),
    ...ways.streams.map((name) => [brought(scope, 'streams', name, streams).streamName, name] as const),
  ];
}

/** The variables by which a function of a service finds everything; the same for all of its functions. @throws INVALID_SETTINGS, INBOUND_UNMAPPED */
export function serviceEnvironment(scope: Construct, props: ServiceEnvironmentProps): Readonly<Record<string, string>> {
  const { backbone, service, table, tables, ownQueues, settings } = props;
  const names = environmentNames;
  const inbounds = inboundNames(scope, props);
  checkKnownSettings(scope, props);
  return {
    [names.backbone]: backbone.name,
    [names.service]: service.name,
    ...(backbone.stream ? { [names.stream]: backbone.stream.streamName } : {}),
    [names.bus]: backbone.bus.eventBusName,
    [names.registry]: backbone.registryName,
    [names.controlTable]: backbone.controlTable.tableName,
    [names.table]: table.tableName,
    ...(Object.keys(tables).length === 0
      ? {}
      : { [names.tables]: jsonObject(Object.entries(tables).map(([name, { tableName }]) => [name, tableName])) }),
    [names.replayQueue]: ownQueues.replay.queueUrl,
    [names.deadLetterQueue]: ownQueues.deadLetters.queueUrl,
    [names.replayDeadLetterQueue]: ownQueues.replayDeadLetters.queueUrl,
    ...(ownQueues.bus ? { [names.busQueue]: ownQueues.bus.queueUrl } : {}),
    ...(inbounds.length === 0 ? {} : { [names.inbounds]: jsonObject(inbounds) }),
    ...(Object.keys(settings).length === 0 ? {} : { [names.settings]: Stack.of(scope).toJsonString(settings) }),
  };
}
