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
      message: `\`${writer}\` emits ${type} version ${written} and \`${reader}\` knows version ${read}: what does not meet version ${read} as well waits until \`${reader}\` is deployed with version ${written}.`,
      fix: `Generate the types of \`${reader}\` from the newer schema.`,
    };
  }
  const missing = unlifted(input, type, reader, written, read);
  if (missing === undefined) return undefined;
  return {
    code: 'VERSION_NOT_LIFTED',
    path,
    message: `\`${writer}\` emits ${type} version ${written} and \`${reader}\` knows version ${read}, without an upcast from version ${missing}: each is a dead letter.`,
    fix: `Add defineUpcast(${type}V${missing}, …) to \`upcasts\` of \`${reader}\`.`,
  };
}

/** Versions of a message that its two sides do not share. */
export const versions: Check = (input) =>
  distinct(
    input.graph.messages.flatMap(({ type, emittedBy, consumedBy }) =>
      emittedBy.flatMap((from) => consumedBy.flatMap((to) => meet(input, type, from, to) ?? [])),
    ),
  );
