import { type Check, type CheckInput, distinct, type FindingDraft } from '../check-input.ts';
import type { Consumption, Emission } from '../graph.ts';
import { findUnread, type Unread } from '../unread.ts';

/** What becomes of those that nothing lifts. */
function fate({ to, why }: Unread): string {
  const what = why ? ` (${why.rule}${why.path === '' ? '' : ` at ${why.path}`})` : '';
  return `those that do not meet version ${to} as they are${what} become dead letters NO_UPCAST here`;
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
  const unread = findUnread(input, { type, service: reader, written, read });
  if (!unread) return undefined;
  const compare = unread.why ? '' : ' Or give the checks the schemas of both versions (`contracts`): they may show that all of them fit.';
  return {
    code: 'VERSION_NOT_LIFTED',
    path,
    message: `\`${writer}\` emits ${type} version ${written} and \`${reader}\` knows version ${read}, without an upcast from version ${unread.from}: ${fate(unread)}.`,
    fix: `Add defineUpcast(${type}V${unread.from}, …) to \`upcasts\` of \`${reader}\`.${compare}`,
  };
}

/** What is published stays readable: events of older versions wait on the stream, in dead letters and in outboxes. */
function unlifted(input: CheckInput, type: string, { service, reaction, version: read, as }: Consumption): FindingDraft | undefined {
  if (service === undefined || read === undefined || !input.manifests.some((manifest) => manifest.service === service)) return undefined;
  for (let written = 1; written < read; written += 1) {
    const unread = findUnread(input, { type, service, written, read });
    if (!unread) continue;
    return {
      code: 'UPCAST_MISSING',
      path: `${reaction}.${as === 'compensation' ? 'compensation.on' : 'on'}.${type}`,
      message: `\`${service}\` knows ${type} version ${read} and has no upcast from version ${unread.from}. Of old events, ${fate(unread)}.`,
      fix: `Add defineUpcast(${type}V${unread.from}, …) to \`upcasts\` of \`${service}\`. If no such event is left, allow this finding with that as the reason.`,
    };
  }
  return undefined;
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
    return events.has(type) ? consumedBy.flatMap((to) => unlifted(input, type, to) ?? []).filter(({ path }) => !told.has(path)) : [];
  });
};

/** Versions of a message that its two sides do not share. */
export const versions: Check = (input) =>
  distinct(
    input.graph.messages.flatMap(({ type, emittedBy, consumedBy }) =>
      emittedBy.flatMap((from) => consumedBy.flatMap((to) => meet(input, type, from, to) ?? [])),
    ),
  );
