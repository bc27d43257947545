import type { Service } from '../contract/service.ts';

/** A service of any clients. */
// biome-ignore lint/suspicious/noExplicitAny: a service is invariant in its clients; only `any` admits every one of them
export type AnyService = Service<any>;
