import { isChoreographyError } from '../../contract/errors.ts';
import type { RuntimeContext } from '../context.ts';
import type { Decoded } from './decode.ts';

/** Versions that one process learns; more than a service can need, and a bound for what a publisher makes up. */
const LEARNED_MAX = 500;

interface Unknown {
  readonly type: string;
  readonly version: number;
}

function unknownIn(decoded: Decoded): Unknown | undefined {
  if (decoded.kind !== 'malformed' || !isChoreographyError(decoded.error, 'UNKNOWN_VERSION')) return undefined;
  const { type, version } = decoded.error.details;
  return typeof type === 'string' && typeof version === 'number' ? { type, version } : undefined;
}

/** Asks the registry for one version. A registry that does not answer leaves the message where it is: it is tried again. */
async function learn({ ports, catalog, service }: RuntimeContext, { type, version }: Unknown): Promise<boolean> {
  const key = `${type}:${version}`;
  if (catalog.learned.has(key) || catalog.learned.size >= LEARNED_MAX) return false;
  try {
    const schema = await ports.writerSchemas?.find(type, version);
    if (schema) catalog.learned.set(key, schema);
    return schema !== undefined;
  } catch (error) {
    const fields = { service, type, version, error: String(error) };
    ports.telemetry.log({ level: 'warn', message: 'the schema of a newer version cannot be used', fields });
    return false;
  }
}

/**
 * Fetches the schemas of newer versions that these messages were written with, each once. Whether reading again is of
 * use: a message that meets its writer's schema and this service's is then taken; any other waits, or is a dead letter.
 */
export async function learnVersions(context: RuntimeContext, messages: readonly Decoded[]): Promise<boolean> {
  if (!context.ports.writerSchemas) return false;
  const unknown = new Map<string, Unknown>();
  for (const decoded of messages) {
    const found = unknownIn(decoded);
    if (found) unknown.set(`${found.type}:${found.version}`, found);
  }
  const learned = await Promise.all([...unknown.values()].map((one) => learn(context, one)));
  return learned.includes(true);
}

/** Reads a message, and a second time if that was of use. */
export async function decodeLearning(context: RuntimeContext, read: () => Decoded): Promise<Decoded> {
  const decoded = read();
  return (await learnVersions(context, [decoded])) ? read() : decoded;
}
