import { Duration } from 'aws-cdk-lib';
import type { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import { type Function as AnyFunction, type Code, FunctionUrlAuthType, type IFunction } from 'aws-cdk-lib/aws-lambda';
import type { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { ServiceAddress } from '../../contract/deployment.ts';
import { LAG_SECONDS, QUEUE_RETENTION_DAYS } from '../../contract/limits.ts';
import { operatorBounds } from '../../contract/operator-bounds.ts';
import type { AnyService } from '../../contract/service.ts';
import { letOperatorIn } from '../backbone/operator.ts';
import { deployedOnce } from '../deployed-once.ts';
import { functionLogs } from '../functions/function-logs.ts';
import { addMinuteTick } from '../functions/minute-tick.ts';
import { bundledCode, FUNCTION_TIMEOUT_SECONDS, ServiceFunction } from '../functions/service-function.ts';
import { grantKeyUse } from '../grants/grant-key.ts';
import { grantSendCommand } from '../grants/grant-send-command.ts';
import { grantReadJournal } from '../grants/grant-table.ts';
import { misuse } from '../misuse.ts';
import { boundsOfService, refuseOutOfBounds } from '../out-of-bounds.ts';
import { recordAgeMax } from '../sources/stream-mapping.ts';
import { createJournalTable } from '../tables.ts';
import { refuseWithoutEffect } from '../without-effect.ts';
import type { ChoreographyServiceProps } from './choreography-service-props.ts';
import { FoundService, type IChoreographyService, type ServiceLookup } from './found-service.ts';
import { inboundWays } from './inbound-sources.ts';
import { connectMessageSources } from './message-sources.ts';
import { checkElsewhere, RegisteredSchemas, typesToRegister } from './registered-schemas.ts';
import { ServiceAlarms } from './service-alarms.ts';
import { serviceEnvironment } from './service-environment.ts';
import { type MetricOwner, serviceMetric } from './service-metrics.ts';
import { writeServiceParameters } from './service-parameters.ts';
import { grantRunService } from './service-permissions.ts';
import { ServiceQueues } from './service-queues.ts';
import { commandTypes, publishedTypes, subscribedTypes } from './subscriptions.ts';

function promisedLag({ lagSecondsMax = LAG_SECONDS }: AnyService): Duration {
  return Duration.seconds(lagSecondsMax);
}

/** One service: journal, worker and command function, queues, mappings, alarms, parameters, and roles derived from what its reactions declare. */
export class ChoreographyService extends Construct implements IChoreographyService {
  /** Finds a service that another stack deployed by its SSM parameters, at each deploy: for grants without an export. */
  static fromName(scope: Construct, id: string, lookup: ServiceLookup): IChoreographyService {
    return new FoundService(scope, id, lookup);
  }

  /** Takes batches from the stream and the queues, and runs the sweep of each minute. */
  readonly worker: IFunction;
  /** @default - the service owns no command */
  readonly command?: IFunction;
  readonly table: ITable;
  readonly deadLetterQueue: IQueue;
  readonly replayQueue: IQueue;
  /** Takes requests signed for IAM. @default - no command, or `commandAccess: 'none'` */
  readonly commandUrl?: string;
  readonly #props: ChoreographyServiceProps;
  readonly #queues: ServiceQueues;
  readonly #environment: Readonly<Record<string, string>>;
  /** Of both functions: bundled once. */
  readonly #code: Code | undefined;

  /** @throws STREAM_MISSING, START_AT_MISSING, INBOUND_UNMAPPED, OPTION_WITHOUT_EFFECT, OPTION_OUT_OF_BOUNDS, INVALID_SETTINGS, TOO_MANY_SUBSCRIPTIONS, MANIFEST_TOO_LONG, SCHEMA_INVALID, SCHEMA_MISSING, SCHEMA_TWICE, DEPLOYED_TWICE, HANDLER_MISSING */
  constructor(scope: Construct, id: string, props: ChoreographyServiceProps) {
    super(scope, id);
    const { backbone, service, removalPolicy, tables = {} } = props;
    deployedOnce(this, `the service ${service.name} of the backbone ${backbone.name}`);
    refuseWithoutEffect(this, props);
    refuseOutOfBounds(this, props, boundsOfService);
    this.#props = props;
    const kept = {
      ...(removalPolicy === undefined ? {} : { removalPolicy }),
      ...(backbone.encryptionKey ? { encryptionKey: backbone.encryptionKey } : {}),
    };
    const journal = props.table ? undefined : createJournalTable(this, 'Journal', kept);
    this.table = props.table ?? (journal as ITable);
    const timeout = props.functions?.timeout ?? Duration.seconds(FUNCTION_TIMEOUT_SECONDS);
    this.#queues = new ServiceQueues(this, 'Queues', {
      ...kept,
      functionTimeout: timeout,
      ...(props.deadLetterQueue ? { deadLetterQueue: props.deadLetterQueue } : {}),
      onBus: service.source === 'bus',
      inboundRules: inboundWays(service).rules.length > 0,
    });
    this.deadLetterQueue = this.#queues.deadLetters;
    this.replayQueue = this.#queues.replay;
    const { replayQueue } = this;
    if (backbone.operatorRoleArn !== undefined) letOperatorIn(backbone.operatorRoleArn, { replayQueue, ...(journal ? { journal } : {}) });
    const { settings = {} } = props;
    this.#environment = serviceEnvironment(this, { ...props, table: this.table, tables, ownQueues: this.#queues, settings, timeout });
    const ownsCommands = commandTypes(service).length > 0;
    this.#code = bundledCode(this, props.entry, ['worker', ...(ownsCommands ? ['command'] : [])], props.functions);
    const worker = this.#function('Worker', 'worker');
    this.worker = worker;
    connectMessageSources(this, { service: props, queues: this.#queues, worker });
    addMinuteTick(this, 'Sweep', { target: worker, task: 'sweep', description: `Sweep of ${service.name}` });
    if (ownsCommands) {
      const command = this.#function('Command', 'command');
      this.command = command;
      if (props.commandAccess !== 'none') this.commandUrl = command.addFunctionUrl({ authType: FunctionUrlAuthType.AWS_IAM }).url;
    }
    this.#publishAddress();
    this.#registerSchemas(props);
    if (props.alarms !== false) this.#addAlarms();
  }

  /**
   * Allows sending the service's commands to its URL, and finding the URL. A grant to another stack makes CloudFormation export
   * from this one; a service `fromName` grants without. @throws COMMAND_URL_MISSING
   */
  grantSendCommand(grantee: IGrantable): Grant {
    const { backbone, service } = this.#props;
    if (!this.command || this.commandUrl === undefined) {
      throw misuse(
        this,
        'COMMAND_URL_MISSING',
        `${service.name} has no URL for commands: give it a reaction to a command, and leave \`commandAccess: 'none'\` out.`,
      );
    }
    return grantSendCommand({ backbone: backbone.name, service: service.name, command: this.command }, grantee);
  }

  /** Allows reading the service's entities and claims, by key and by index. */
  grantRead(grantee: IGrantable): Grant {
    const { backbone, table } = this.#props;
    for (const key of [backbone.encryptionKey, table?.encryptionKey]) grantKeyUse(key, grantee, ['dynamodb']);
    return grantReadJournal(this.table, grantee);
  }

  /** Prepares a function of your own for `openService`: it gets the environment and the permissions of the command function. */
  attach(target: AnyFunction): void {
    for (const [name, value] of Object.entries(this.#environment)) target.addEnvironment(name, value);
    this.#grantRun(target);
  }

  /** How far the service is behind: milliseconds on the stream, seconds on the bus. */
  metricLag(): Metric {
    const period = Duration.minutes(1);
    if (this.#queues.bus) return this.#queues.bus.metricApproximateAgeOfOldestMessage({ period, statistic: 'Maximum' });
    return this.worker.metric('IteratorAge', { period, statistic: 'Maximum' });
  }

  /** Messages that the service gave up on. */
  metricDeadLetters(): Metric {
    return serviceMetric(this.#owner, 'DeadLetters');
  }

  /** Duplicates, which were not run again. */
  metricDuplicates(): Metric {
    return serviceMetric(this.#owner, 'Duplicates');
  }

  get #owner(): MetricOwner {
    const { backbone, service } = this.#props;
    return { backbone: backbone.name, service: service.name };
  }

  #function(id: string, handler: 'worker' | 'command'): NodejsFunction {
    const { service, backbone, entry, functions } = this.#props;
    const made = new ServiceFunction(this, id, {
      entry,
      handler,
      description: `${handler} of ${service.name} in ${backbone.name}`,
      environment: this.#environment,
      overrides: { ...functions, ...(this.#code ? { code: this.#code } : {}) },
      ...functionLogs(this.#props),
    });
    this.#grantRun(made.function);
    return made.function;
  }

  #grantRun(grantee: IGrantable): void {
    const { backbone, service, tables = {} } = this.#props;
    grantRunService(this, grantee, { backbone, service, table: this.table, tables, replayQueue: this.replayQueue });
    grantKeyUse(this.#props.table?.encryptionKey, grantee, ['dynamodb']);
  }

  #publishAddress(): void {
    const { backbone, service, tables = {}, settings = {} } = this.#props;
    const { bus, replay, deadLetters, replayDeadLetters } = this.#queues;
    const tableNames = Object.fromEntries(Object.entries(tables).map(([name, { tableName }]) => [name, tableName]));
    const address: ServiceAddress = {
      source: service.source,
      table: this.table.tableName,
      ...(Object.keys(tables).length === 0 ? {} : { tables: tableNames }),
      ...(bus ? { busQueue: bus.queueUrl } : {}),
      replayQueue: replay.queueUrl,
      deadLetterQueue: deadLetters.queueUrl,
      replayDeadLetterQueue: replayDeadLetters.queueUrl,
      worker: this.worker.functionName,
      ...(this.command ? { command: this.command.functionName } : {}),
      ...operatorBounds(settings),
    };
    writeServiceParameters(new Construct(this, 'Parameters'), {
      backbone: backbone.name,
      service,
      address,
      busTypes: service.source === 'bus' ? subscribedTypes(service) : [],
      ...(this.command && this.commandUrl !== undefined
        ? { command: { url: this.commandUrl, functionArn: this.command.functionArn } }
        : {}),
    });
  }

  #registerSchemas({
    backbone,
    service,
    removalPolicy,
    schemas: directory,
    schemasElsewhere: elsewhere = [],
  }: ChoreographyServiceProps): void {
    const all = [...new Set([...publishedTypes(service), ...commandTypes(service)])].sort();
    checkElsewhere(this, all, elsewhere);
    if (directory === undefined) return;
    const types = typesToRegister(this, { backbone: backbone.name, all, elsewhere });
    const kept = removalPolicy === undefined ? {} : { removalPolicy };
    new RegisteredSchemas(this, 'Schemas', { registryName: backbone.registryName, directory, types, ...kept });
  }

  #addAlarms(): void {
    const { service, backbone, alarmActions = [], maxLag = promisedLag(service) } = this.#props;
    new ServiceAlarms(this, 'Alarms', {
      ...this.#owner,
      worker: this.worker,
      queues: this.#queues,
      lag: this.metricLag(),
      lagMax: maxLag,
      lagUnit: this.#queues.bus ? 'seconds' : 'milliseconds',
      keptFor: this.#queues.bus ? Duration.days(QUEUE_RETENTION_DAYS) : recordAgeMax(this.#props),
      stuckCounted: backbone.operatorRoleArn !== undefined,
      actions: alarmActions,
    });
  }
}
