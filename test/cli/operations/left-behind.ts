// The shop as `choreo demo --leave` leaves it, in this process, and the commands of an operator on it.
import { demoShop } from '../../../bin/demo-shop.ts';
import type { DemoOptions } from '../../../lib/cli/demo/options.ts';
import { runDemo } from '../../../lib/cli/demo/run.ts';
import type { Stage } from '../../../lib/cli/demo/stage.ts';
import type { World } from '../../../lib/cli/world/world.ts';
import { choreo, type Ran } from '../run-choreo.ts';

export interface LeftBehind {
  readonly stage: Stage;
  readonly world: World;
  /** Orders of which the customer got an e-mail. */
  mails(): number;
  run(args: string | readonly string[], deps?: Parameters<typeof choreo>[1]): Promise<Ran>;
  /** What a command says as JSON. */
  json<Data>(args: string): Promise<Data>;
}

export async function leftBehind(options: Partial<DemoOptions>): Promise<LeftBehind> {
  const { stage } = await runDemo(demoShop, { orders: 4, seed: 1, faults: 'none', ...options }, () => {});
  const { engine, access, inputs } = stage;
  const world: World = {
    access: { ...access, who: 'ada' },
    inputs,
    finish: (work) => engine.scheduler.finish(work),
    changed: async () => void (await engine.settle({ advanceSeconds: 60 })),
    close() {},
    still: false,
  };
  const run: LeftBehind['run'] = (args, deps = {}) => choreo(args, { world, ...deps });
  return {
    stage,
    world,
    mails: () => (stage.world.effects() as { readonly sent: readonly unknown[] }).sent.length,
    run,
    json: async (args) => JSON.parse((await run(`${args} --json`)).out) as never,
  };
}
