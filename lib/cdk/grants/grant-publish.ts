import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IBackbone } from '../backbone/found-backbone.ts';

/** Who publishes what. */
export interface PublishGrant {
  /** The publisher's name, in the `source` of its events. @default - any */
  readonly source?: string;
  readonly types: readonly string[];
}

/**
 * Allows publishing: putting records on the stream or, where there is none, events of these types on the bus. IAM knows no
 * types on a stream: whoever may write there may write every event, so a stream is one trust domain.
 */
export function grantPublish({ bus, stream }: IBackbone, grantee: IGrantable, { source, types }: PublishGrant): Grant {
  if (stream) return Grant.addToPrincipal({ grantee, actions: ['kinesis:PutRecords'], resourceArns: [stream.streamArn] });
  return Grant.addToPrincipal({
    grantee,
    actions: ['events:PutEvents'],
    resourceArns: [bus.eventBusArn],
    conditions: {
      StringEquals: { ...(source === undefined ? {} : { 'events:source': source }), 'events:detail-type': [...types] },
    },
  });
}
