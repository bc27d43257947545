// Runs seeds of the fault simulation and prints each; a failing seed is replayed by the line it prints.
//   npx tsx --conditions=source test/simulation/main.ts --scenario shop --seed 7 --seeds 1 --sagas 25
import { parseArgs } from 'node:util';
import { operatedScenario } from './operated-scenario.ts';
import {
  deployedScenario,
  hurriedScenario,
  largeScenario,
  partialScenario,
  pricedScenario,
  randomScenario,
  redriveScenario,
  toldScenario,
  versionedScenario,
} from './random-scenario.ts';
import { reshardedScenario } from './resharded-scenario.ts';
import { runSeed } from './run.ts';
import { scarceScenario, shopScenario } from './shop-scenario.ts';

const scenarios = {
  shop: shopScenario,
  scarce: scarceScenario,
  random: randomScenario,
  redrive: redriveScenario,
  priced: pricedScenario,
  told: toldScenario,
  deployed: deployedScenario,
  versioned: versionedScenario,
  hurried: hurriedScenario,
  resharded: reshardedScenario,
  large: largeScenario,
  operated: operatedScenario,
  partial: partialScenario,
};

const { values } = parseArgs({
  options: {
    scenario: { type: 'string', default: 'shop,random' },
    seed: { type: 'string', default: '1' },
    seeds: { type: 'string', default: '1' },
    sagas: { type: 'string', default: '25' },
    /** Ends at the first seed that fails. */
    stop: { type: 'boolean', default: false },
  },
});

let sagas = 0;
let failed = 0;
seeds: for (let seed = Number(values.seed); seed < Number(values.seed) + Number(values.seeds); seed += 1) {
  for (const name of values.scenario.split(',') as (keyof typeof scenarios)[]) {
    const report = await runSeed(scenarios[name], seed, Number(values.sagas));
    sagas += report.sagas;
    console.log(
      `${name} seed ${seed} (${report.variant}): ${report.sagas} sagas, ${report.events} events, ${JSON.stringify(report.endings)}, trace ${report.trace}`,
    );
    if (report.problems.length === 0) continue;
    failed += 1;
    for (const problem of report.problems.slice(0, 10)) console.log(`  ${problem}`);
    console.log(`  again: npx tsx --conditions=source test/simulation/main.ts --scenario ${name} --seed ${seed} --sagas ${values.sagas}`);
    if (values.stop) break seeds;
  }
}
console.log(JSON.stringify({ sagas, failed }));
process.exitCode = failed > 0 ? 1 : 0;
