import type { Envelope } from '../../contract/envelope.ts';
import { ChoreographyError } from '../../contract/errors.ts';
import type { MessageCheck, MessageProblem } from '../../runtime/ports/operator-ports.ts';
import { parseSchemaUri, schemaUri } from '../../schema/uri.ts';
import type { ServiceManifest } from '../../topology/manifest.ts';
import { findConsumer, type OperatorAccess } from '../access.ts';
import { withPatience } from '../patience.ts';

/** What a corrected message was checked against, and with what result. */
export interface EditCheck extends Pick<MessageCheck, 'schema' | 'why'> {
  /** Not empty only where somebody said that it is to be taken all the same. */
  readonly problems: readonly MessageProblem[];
}

/** Problems that an error names; the others are counted. */
const NAMED_MAX = 3;

/** The version that a service reads a message in. `undefined`: it does not subscribe to it. */
function readVersion({ reactions }: ServiceManifest, type: string): number | undefined {
  const messages = reactions.flatMap(({ on, compensation }) => [...on, ...(compensation?.on ?? [])]);
  return messages.find((message) => message.type === type)?.version;
}

/**
 * What the consumer's own build would make of it. What nothing lifts must be what is read as it is: of a newer version, or of
 * an older one without an upcast. What an upcast makes of it is not known here.
 */
async function ofReader(access: OperatorAccess, manifest: ServiceManifest, message: Envelope): Promise<EditCheck> {
  const { service, lifts } = manifest;
  const { type, dataschema } = message;
  const current = readVersion(manifest, type);
  if (current === undefined) return { problems: [{ path: '/type', rule: `${service} subscribes to no ${type}.` }], schema: 'known' };
  const { version } = parseSchemaUri(dataschema) ?? { version: current };
  const lifted = lifts.flatMap((lift) => (lift.type === type && lift.version >= version && lift.version < current ? [lift.version] : []));
  const readAs = Math.min(current, ...lifted);
  if (version === readAs) return { problems: [], schema: 'known' };
  const check = await withPatience(access.clock, () => access.checkMessage({ ...message, dataschema: schemaUri(type, readAs) }));
  const without = version < readAs ? `${service} has no upcast from version ${version} of ${type} and` : service;
  return { ...check, problems: check.problems.map(({ path, rule }) => ({ path, rule: `${without} reads it as ${rule}` })) };
}

/** Everything that can be said of a corrected message before a redrive. @throws UNKNOWN_SERVICE, REGISTRY_UNAVAILABLE (retryable) */
async function look(access: OperatorAccess, consumer: string, message: Envelope): Promise<EditCheck> {
  const { manifest } = await findConsumer(access, consumer);
  const check = await withPatience(access.clock, () => access.checkMessage(message));
  if (!manifest || check.schema === 'not-asked') return check;
  const reader = await ofReader(access, manifest, message);
  const known = check.schema === 'known' ? reader : check;
  return { ...known, problems: [...check.problems, ...reader.problems] };
}

/** A registry that does not answer is no reason against what somebody wants to have unchecked. */
async function lookIfPossible(access: OperatorAccess, consumer: string, message: Envelope): Promise<EditCheck> {
  return look(access, consumer, message).catch((error: unknown) => {
    if (!(error instanceof ChoreographyError)) throw error;
    return { problems: [], schema: 'unknown', why: error.message };
  });
}

/**
 * Checks a corrected message as its consumer will: a correction that would be the next dead letter is refused. `unchecked`
 * takes it all the same, e.g. for a build that is about to be deployed, and says what was found.
 * @throws UNKNOWN_SERVICE, EDIT_INVALID, REGISTRY_UNAVAILABLE (retryable)
 */
export async function checkEdit(
  access: OperatorAccess,
  letter: { readonly consumer: string; readonly id: string },
  message: Envelope,
  unchecked: boolean,
): Promise<EditCheck> {
  const { consumer, id } = letter;
  if (unchecked) return lookIfPossible(access, consumer, message);
  const check = await look(access, consumer, message);
  const { problems } = check;
  if (problems.length === 0) return check;
  const named = problems.slice(0, NAMED_MAX).map(({ rule }) => rule);
  const more = problems.length > NAMED_MAX ? ` And ${problems.length - NAMED_MAX} more.` : '';
  const text = `The corrected message of the dead letter ${id} would fail again in ${consumer}. ${named.join(' ')}${more}`;
  throw new ChoreographyError('EDIT_INVALID', text, { details: { consumer, id, problems } });
}
