import { cloudFormationProbes } from './cloudformation.ts';
import { dynamoDbProbes } from './dynamodb.ts';
import { eventProbes } from './events.ts';
import { fifoProbes } from './fifo.ts';
import { kinesisProbes } from './kinesis.ts';
import { lambdaProbes } from './lambda.ts';
import type { Probe } from './probe.ts';

/** All probes, in the order of the table. */
export const probes: readonly Probe[] = [
  ...dynamoDbProbes,
  ...kinesisProbes,
  ...fifoProbes,
  ...eventProbes,
  ...lambdaProbes,
  ...cloudFormationProbes,
];
