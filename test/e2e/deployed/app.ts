// The sample shop for tests: as it is deployed, with outside systems that can be made to fail.
import { existsSync } from 'node:fs';
import { App } from 'aws-cdk-lib';
import { buildShop } from '../../../bin/shop-stacks.ts';
import shop from '../../../functions/choreography.ts';
import { bundleHandlers } from '../../../lib/cdk/index.ts';
import { stageNamed } from '../../../lib/cdk/stage.ts';

/** A handler of the tests' own where there is one. */
function entryOf(service: string): string {
  const faulty = `test/e2e/deployed/handlers/${service}.ts`;
  return existsSync(faulty) ? faulty : `functions/${service}/handler.ts`;
}

process.env['CDK_VALIDATION'] = 'false'; // the emulator says at once what it does not take
const code = bundleHandlers(Object.fromEntries(shop.services.map(({ name }) => [name, entryOf(name)])), { conditions: ['source'] });
buildShop(new App(), stageNamed('local'), 'shop', code);
