import type { MessageSchema } from '../../contract/message-type.ts';

/**
 * Schemas of versions that are newer than the service's build. Optional: without it such messages wait for the service's
 * next deployment. `undefined`: the registry does not know the version, either.
 */
export interface WriterSchemas {
  /** @throws REGISTRY_UNAVAILABLE (retryable) */
  find(type: string, version: number): Promise<MessageSchema | undefined>;
}
