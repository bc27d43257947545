import { environmentNames as names } from '../contract/deployment.ts';
import { ChoreographyError } from '../contract/errors.ts';
import { type InboundSource, inboundDefinition, RULES_QUEUE } from '../contract/inbound.ts';
import type { AnyService } from '../contract/service.ts';
import type { ServiceEnvironment } from './environment.ts';

/** With the code of another service, messages would pass unseen: it has no reaction on them. */
function checkName({ name }: AnyService, { service = name }: ServiceEnvironment): void {
  if (service === name) return;
  throw new ChoreographyError(
    'SERVICE_MISMATCH',
    `The function has the resources of ${service} and the code of ${name}: let the file that is its \`entry\` give ${service} to createHandlers or openService, or attach it to ${name}.`,
    { details: { deployed: service, service: name } },
  );
}

/** What a service could do without until the day that it is needed: until then nothing fails, and then it is too late. */
function checkPresence({ name: service, source }: AnyService, environment: ServiceEnvironment): void {
  const { stream, bus, busQueue, deadLetterQueue, replayDeadLetterQueue } = environment;
  const wanted: readonly (readonly [variable: string, value: string | undefined, why: string])[] = [
    ...(source === 'stream'
      ? [[names.stream, stream, 'it reads the stream and publishes there'] as const]
      : [[names.bus, bus, 'it reads the bus'] as const, [names.busQueue, busQueue, 'what the bus brings is recognised by it'] as const]),
    [names.deadLetterQueue, deadLetterQueue, 'what AWS gives up on is recognised by it'],
    [names.replayDeadLetterQueue, replayDeadLetterQueue, 'replays that AWS gives up on are recognised by it'],
  ];
  const missing = wanted.find(([, value]) => value === undefined);
  if (!missing) return;
  const [name, , why] = missing;
  const message = `The environment variable ${name} is not set, and ${service} needs it: ${why}. The construct ChoreographyService sets it, or set it by hand.`;
  throw new ChoreographyError('ENVIRONMENT_MISSING', message, { details: { name, service } });
}

/** A task is sent there when a saga is parked or a deadline set; a name or an ARN would be refused only then. */
function checkReplayQueue({ replayQueue }: ServiceEnvironment): void {
  if (/^https?:\/\/.+\.fifo$/.test(replayQueue)) return;
  const name = names.replayQueue;
  const message = `The environment variable ${name} is "${replayQueue}"; give the URL of a FIFO queue, which begins with https:// and ends in .fifo.`;
  throw new ChoreographyError('ENVIRONMENT_INVALID', message, { details: { name, value: replayQueue } });
}

function placeOf(from: InboundSource): string {
  if ('bus' in from) return RULES_QUEUE;
  return 'queue' in from ? from.queue : from.stream;
}

/** Messages of an inbound whose queue nobody knows are refused, batch after batch. */
function checkInbounds({ name: service, inbound }: AnyService, { inbounds }: ServiceEnvironment): void {
  const known = Object.values(inbounds);
  const missing = inbound.map((one) => placeOf(inboundDefinition(one).from)).find((place) => !known.includes(place));
  if (missing === undefined) return;
  const name = names.inbounds;
  const message = `The environment variable ${name} has nothing for "${missing}", from which an inbound of ${service} takes messages: add the name of the queue or the stream, with "${missing}" as its value.`;
  throw new ChoreographyError('ENVIRONMENT_INVALID', message, { details: { name, service, missing } });
}

/** Refuses an environment that is not the service's, or not all of it. @throws SERVICE_MISMATCH, ENVIRONMENT_MISSING, ENVIRONMENT_INVALID */
export function checkEnvironment(service: AnyService, environment: ServiceEnvironment): void {
  checkName(service, environment);
  checkPresence(service, environment);
  checkReplayQueue(environment);
  checkInbounds(service, environment);
}
