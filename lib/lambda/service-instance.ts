import type { AnyService } from '../contract/service.ts';
import type { ServiceRuntime } from '../runtime/service-runtime.ts';
import type { ServiceEnvironment } from './environment.ts';
import type { ServicePorts } from './ports/service-ports.ts';

/** One service in one process. */
export interface ServiceInstance {
  readonly service: AnyService;
  readonly runtime: ServiceRuntime;
  readonly ports: ServicePorts;
  readonly environment: ServiceEnvironment;
  /** Sends what was counted; at the end of every invocation. */
  flush(): void;
}
