import { type Check, type CheckInput, distinct, type FindingDraft } from '../check-input.ts';
import type { Consumption, Emission } from '../graph.ts';

/** The first version from `written` on that the service does not lift to the next. */
function unlifted({ all }: CheckInput, type: string, service: string, written: number, read: number): number | undefined {
  const lifts = new Set(
    all.find((manifest) => manifest.service === service)?.lifts.flatMap((lift) => (lift.type === type ? [lift.version] : [])),
  );
  return Array.from({ length: read - written }, (_, index) => written + index).find((version) => !lifts.has(version));
}

function meet(input: CheckInput, type: string, from: Emission, to: Consumption): FindingDraft | undefined {
  const { version: written, service: writer } = from;
  const { version: read, service: reader, reaction, as } = to;
  if (written === undefined || read === undefined || reader === undefined || written === read) return undefined;
  if (from.as === 'inbound' && writer !== reader) return undefined;
  const path = `${reaction}.${as === 'compensation' ? 'compensation.on' : 'on'}.${type}`;
  if (written > read) {
    return {
      code: 'VERSION_AHEAD',
      path,
      message: `\`${writer}\` emits ${type} version ${written} and \`${reader}\` knows version ${read}: messages that do not also match version ${read} wait until \`${reader}\` is deployed with version ${written}.`,
      fix: `Generate the types of \`${reader}\` from the newer schema.`,
    };
  }
  const missing = unlifted(input, type, reader, written, read);
  if (missing === undefined) return undefined;
  return {
    code: 'VERSION_NOT_LIFTED',
    path,
    message: `\`${writer}\` emits ${type} version ${written} and \`${reader}\` knows version ${read}, without an upcast from version ${missing}: each one becomes a dead letter.`,
    fix: `Add defineUpcast(${type}V${missing}, …) to \`upcasts\` of \`${reader}\`.`,
  };
}

/** What is published stays readable: events of older versions wait on the stream, in dead letters and in outboxes. */
function unread(input: CheckInput, type: string, { service, reaction, version, as }: Consumption): FindingDraft | undefined {
  if (service === undefined || version === undefined || !input.manifests.some((manifest) => manifest.service === service)) return undefined;
  const missing = unlifted(input, type, service, 1, version);
  if (missing === undefined) return undefined;
  return {
    code: 'UPCAST_MISSING',
    path: `${reaction}.${as === 'compensation' ? 'compensation.on' : 'on'}.${type}`,
    message: `\`${service}\` knows ${type} version ${version} and has no upcast from version ${missing}: an event of that version that still arrives becomes a dead letter.`,
    fix: `Add defineUpcast(${type}V${missing}, …) to \`upcasts\` of \`${service}\`; nothing, if no such event is left.`,
  };
}

/** Older versions of a message that have a schema, and that a service which takes the message could not read. */
export const olderVersions: Check = (input) => {
  const { contracts, graph } = input;
  if (!contracts) return [];
  const events = new Set(contracts.schemas.messages.flatMap(({ kind, type }) => (kind === 'event' ? [type] : [])));
  return graph.messages.flatMap(({ type, emittedBy, consumedBy }) => {
    // A writer of such a version is an error of its own.
    const told = new Set(
      distinct(emittedBy.flatMap((from) => consumedBy.flatMap((to) => meet(input, type, from, to) ?? []))).map(({ path }) => path),
    );
    return events.has(type) ? consumedBy.flatMap((to) => unread(input, type, to) ?? []).filter(({ path }) => !told.has(path)) : [];
  });
};

/** Versions of a message that its two sides do not share. */
export const versions: Check = (input) =>
  distinct(
    input.graph.messages.flatMap(({ type, emittedBy, consumedBy }) =>
      emittedBy.flatMap((from) => consumedBy.flatMap((to) => meet(input, type, from, to) ?? [])),
    ),
  );
