// npx tsx --conditions=source test/simulation/main.ts --scenario shop --seed 7 [--seeds 1] [--sagas 50]
import { parseArgs } from 'node:util';
import { randomScenario } from './random-scenario.ts';
import { runSeed } from './run.ts';
import { shopScenario } from './shop-scenario.ts';

const { values } = parseArgs({
  options: {
    scenario: { type: 'string', default: 'shop' },
    seed: { type: 'string', default: '1' },
    seeds: { type: 'string', default: '1' },
    sagas: { type: 'string', default: '50' },
  },
});
const scenario = values.scenario === 'random' ? randomScenario : shopScenario;
let failed = 0;
for (let seed = Number(values.seed); seed < Number(values.seed) + Number(values.seeds); seed += 1) {
  const report = await runSeed(scenario, seed, Number(values.sagas));
  console.log(`seed ${seed}: ${report.sagas} sagas, ${report.events} events, ${JSON.stringify(report.endings)}, trace ${report.trace}`);
  for (const problem of report.problems.slice(0, 20)) console.log(`  ${problem}`);
  if (report.problems.length > 0) failed += 1;
}
process.exitCode = failed > 0 ? 1 : 0;
