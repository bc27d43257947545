import type { Envelope } from '../../contract/envelope.ts';
import type { InboundSource } from '../../contract/inbound.ts';
import type { DeadLetter } from '../../runtime/journal/dead-letter.ts';
import { hashOf } from '../../runtime/journal/hash.ts';
import { schemaUri } from '../../schema/uri.ts';
import type { ServiceManifest } from '../../topology/manifest.ts';

/** The fields of what came, as far as it is JSON: a long text was cut. */
function fieldsOf(raw = ''): Readonly<Record<string, unknown>> {
  try {
    return (JSON.parse(raw) as Readonly<Record<string, unknown>> | null) ?? {};
  } catch {
    return {};
  }
}

/** The name of the other system, as the runtime finds it. `undefined`: the letter came by another way. */
function publisherOf(from: InboundSource, { source, raw }: Pick<DeadLetter, 'source' | 'raw'>): string | undefined {
  if ('stream' in from) return source.kind === 'stream' && source.stream === from.stream ? from.stream : undefined;
  if ('queue' in from) return source.kind === 'queue' && source.queue === from.queue ? from.queue : undefined;
  const event = fieldsOf(raw);
  return event['source'] === from.bus.source && event['detail-type'] === from.bus.detailType ? from.bus.source : undefined;
}

/**
 * What a foreign message that no inbound could read (it had no id, say) may be corrected to: the event that the inbound of its
 * queue, stream or bus stands for, with this data. Its id and its saga are made up from the dead letter's id, so the same
 * letter gives the same; whoever knows better ones puts them in. `undefined`: no inbound takes messages from there.
 */
export function foreignDraft(
  letter: Pick<DeadLetter, 'id' | 'source' | 'raw' | 'firstFailedAt'>,
  { inbounds }: Pick<ServiceManifest, 'inbounds'>,
  data: unknown,
): Envelope | undefined {
  const [found] = inbounds.flatMap(({ event, from }) => {
    const name = publisherOf(from, letter);
    return name === undefined ? [] : [{ event, name }];
  });
  if (!found) return undefined;
  const id = hashOf('foreign', letter.id);
  return {
    specversion: '1.0',
    id,
    source: found.name,
    type: found.event.type,
    subject: '',
    time: letter.firstFailedAt,
    datacontenttype: 'application/json',
    dataschema: schemaUri(found.event.type, found.event.version),
    data,
    correlationid: id,
    causationid: id,
    partitionkey: id,
    hops: 0,
  };
}
