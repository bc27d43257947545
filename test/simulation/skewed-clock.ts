import { createRuntime } from '../../lib/runtime/create-runtime.ts';
import type { Invocation } from '../../lib/runtime/ports/delivery.ts';
import type { RuntimeOptions, ServiceRuntime } from '../../lib/runtime/service-runtime.ts';

/** Milliseconds by which a process's clock may be off, either way: two of them differ by what settings allow for. */
const OFF_MILLISECONDS_MAX = 30_000;

type Method = (...parameters: readonly unknown[]) => Promise<unknown>;

/** A runtime in a process whose clock is off; the end of its time is by that clock, too. */
export function createSkewedRuntime(options: RuntimeOptions): ServiceRuntime {
  const { ports } = options;
  const off = Math.round((2 * ports.entropy.random() - 1) * OFF_MILLISECONDS_MAX);
  const clock = { now: () => ports.clock.now() + off, sleep: ports.clock.sleep };
  const runtime = createRuntime({ ...options, ports: { ...ports, clock } });
  const shifted = Object.entries(runtime).map(([name, method]): readonly [string, Method] => [
    name,
    (...parameters) => {
      const { deadline } = parameters.at(-1) as Invocation;
      return (method as Method)(...parameters.slice(0, -1), { deadline: deadline + off });
    },
  ]);
  return Object.fromEntries(shifted) as unknown as ServiceRuntime;
}
