import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { awsClients } from '../aws/calls/clients.ts';
import { createDynamoControlRecords } from '../aws/dynamo/control-records.ts';
import { textOf } from '../aws/json-value.ts';
import { systemClock, systemEntropy } from '../aws/system-clock.ts';
import { environmentNames } from '../contract/deployment.ts';
import { ChoreographyError, isChoreographyError } from '../contract/errors.ts';
import type { OperatorAccess } from '../operations/access.ts';
import { type Job, type JobOutcome, runJobs } from '../operations/platform/jobs.ts';
import { platformJobs } from '../operations/platform/platform-jobs.ts';
import type { Clock, Entropy } from '../runtime/ports/clock.ts';
import type { ControlRecords } from '../runtime/ports/control-records.ts';
import type { ServiceManifest } from '../topology/manifest.ts';
import { required, type Variables } from './environment.ts';
import type { LambdaContext } from './lambda-context.ts';
import type { LambdaTelemetry } from './telemetry/telemetry.ts';
import { createTelemetryByService } from './telemetry/telemetry-by-service.ts';

/** Milliseconds of an invocation that are kept free at its end: a call that is under way ends, and what was done is saved. */
const MARGIN_MILLISECONDS = 10_000;
/** The same as a part of the invocation, where that is short. */
const MARGIN_SHARE_MAX = 0.5;
/** Milliseconds by which clocks of two machines may differ. */
const SKEW_MILLISECONDS = 5_000;
/** Who it is to others: in the audit, in what it writes. */
const WHO = 'operator function';

/** Everything outside that the operator function talks to. */
export interface OperatorFunctionPorts {
  readonly clock: Clock;
  readonly entropy: Pick<Entropy, 'uniqueId'>;
  readonly telemetry: LambdaTelemetry;
  readonly records: ControlRecords;
  openAccess(): Promise<OperatorAccess>;
  /** In the order in which they run. */
  readonly jobs: readonly Job[];
}

/** The ports on AWS. */
function createPorts(variables: Variables): OperatorFunctionPorts {
  const clients = awsClients();
  const backbone = required(variables, environmentNames.backbone, 'Backbone');
  const table = required(variables, environmentNames.controlTable, 'Backbone');
  return {
    clock: systemClock,
    entropy: systemEntropy,
    telemetry: createTelemetryByService('operator'),
    records: createDynamoControlRecords({ client: clients.of(DynamoDBClient), table, clock: systemClock }),
    async openAccess() {
      // A tick that finds nothing to do needs none of the other clients.
      const { openOperatorAccess } = await import('../aws/operator/operator-access.ts');
      return openOperatorAccess<ServiceManifest>({ backbone, who: WHO, clients, clock: systemClock, metrics: false });
    },
    jobs: platformJobs,
  };
}

/** Once: what was opened for one job serves the others of the tick; what failed is tried again. */
function onceOpen(open: () => Promise<OperatorAccess>): () => Promise<OperatorAccess> {
  let opening: Promise<OperatorAccess> | undefined;
  return () => {
    opening ??= open().catch((error: unknown) => {
      opening = undefined;
      throw error;
    });
    return opening;
  };
}

function checkEvent(event: unknown): void {
  if (textOf(event, 'task') === 'tick' || textOf(event, 'detail-type') === 'Scheduled Event') return;
  throw new ChoreographyError(
    'UNKNOWN_LAMBDA_EVENT',
    'The operator function was invoked with an event that it does not know; it takes the tick of each minute, and { "task": "tick" }.',
  );
}

const said = (error: unknown) => (isChoreographyError(error) ? `${error.code}: ${error.message}` : String(error));

/** Tells of jobs that failed: each in the log, all of them as the error of the invocation, which the alarm counts. @throws JOBS_FAILED */
function report(outcomes: readonly JobOutcome[], { telemetry }: OperatorFunctionPorts): void {
  const failed = outcomes.filter(({ error }) => error !== undefined);
  for (const { job, error } of failed)
    telemetry.log({ level: 'error', message: `the job ${job} failed`, fields: { job, error: said(error) } });
  if (failed.length === 0) return;
  const jobs = failed.map(({ job }) => job);
  const texts = failed.map(({ job, error }) => `${job}: ${said(error)}`);
  throw new ChoreographyError('JOBS_FAILED', `${jobs.length} of ${outcomes.length} jobs failed: ${texts.join('; ')}`, {
    cause: failed[0]?.error,
    details: { jobs },
    retryable: true,
  });
}

/** The operator function on any ports: for tests. */
export function createOperatorHandler(make: () => OperatorFunctionPorts): (event: unknown, context: LambdaContext) => Promise<void> {
  let ports: OperatorFunctionPorts | undefined;
  return async (event, context) => {
    checkEvent(event);
    ports ??= make();
    const { clock, entropy, telemetry, records, jobs, openAccess } = ports;
    const now = clock.now();
    const milliseconds = context.getRemainingTimeInMillis();
    const margin = Math.min(MARGIN_MILLISECONDS, milliseconds * MARGIN_SHARE_MAX);
    try {
      const outcomes = await runJobs(jobs, {
        clock,
        records,
        telemetry,
        process: entropy.uniqueId(),
        access: onceOpen(openAccess),
        deadline: now + milliseconds - margin,
        goneAt: now + milliseconds + SKEW_MILLISECONDS,
      });
      report(outcomes, ports);
    } finally {
      telemetry.flush();
    }
  };
}

/** The platform's function that works for operators: each minute a bit of every job; the construct Backbone deploys it. */
export const handler: (event: unknown, context: LambdaContext) => Promise<void> = createOperatorHandler(() => createPorts(process.env));
