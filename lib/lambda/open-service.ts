import type { CommandResult } from '../aws/commands/command-reply.ts';
import type { EntityType } from '../contract/entity.ts';
import type { AnswerOf, CommandType, DataOf } from '../contract/message-type.ts';
import type { Service } from '../contract/service.ts';
import { createEntityReader } from '../runtime/entity-reader.ts';
import { type Needs, optionsOf } from './create-handlers.ts';
import { type InstanceOptions, lazyInstance } from './start-instance.ts';

/** How a command is sent. */
export interface ExecuteOptions {
  /** The same for all tries of one request: a repeated command finds its first answer. */
  readonly idempotencyKey: string;
  /** Who asks; part of what makes the key unique. @default - the name of the service */
  readonly caller?: string;
}

/** A service in a team's own function: an API, a cron job. Same commit, same outbox, no HTTP hop. */
export interface LocalService {
  execute<T extends CommandType>(command: T, data: NoInfer<DataOf<T>>, options: ExecuteOptions): Promise<CommandResult<AnswerOf<T>>>;
  /** Reads outside a reaction. */
  get<State>(entity: EntityType<State>, id: string): Promise<State | undefined>;
  /** Entities by a declared index, at most `limit` (default 25) a page. @throws UNKNOWN_INDEX */
  query<State>(
    entity: EntityType<State>,
    index: string,
    value: string,
    page?: { readonly limit?: number; readonly cursor?: string },
  ): Promise<{ readonly items: readonly State[]; readonly cursor?: string }>;
}

/** Milliseconds that a command may take: a gateway gives up after 29 seconds. */
const EXECUTE_MILLISECONDS = 25_000;
const PAGE_ITEMS = 25;

/** The same on any ports: for tests. */
export function openServiceOn(options: InstanceOptions): LocalService {
  const instanceFor = lazyInstance(options);
  const open = () => instanceFor(EXECUTE_MILLISECONDS);
  const reader = createEntityReader(async () => (await open()).ports.store);
  return {
    async execute(command, data, { idempotencyKey, caller = options.service.name }) {
      const { runtime, ports, flush } = await open();
      try {
        const deadline = ports.clock.now() + EXECUTE_MILLISECONDS;
        return (await runtime.execute({ command, data, idempotencyKey, caller }, { deadline })) as never;
      } finally {
        flush();
      }
    },
    get: reader.get,
    query: (entity, index, value, { limit = PAGE_ITEMS, cursor } = {}) =>
      reader.query(entity, index, value, cursor === undefined ? { limit } : { limit, cursor }),
  };
}

/** Opens a service whose table, queues and stream the function's environment names, as the construct sets it. */
export function openService<Clients>(service: Service<Clients>, ...needs: Needs<Clients>): LocalService {
  return openServiceOn({ service, ...optionsOf(needs) });
}
