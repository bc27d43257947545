// The sample shop for tests: as it is deployed, with outside systems that can be made to fail.
import { existsSync } from 'node:fs';
import { App } from 'aws-cdk-lib';
import { buildShop, bundleShop, entryOf } from '../../../bin/shop-stacks.ts';
import { stageNamed } from '../../../lib/cdk/stage.ts';

/** A handler of the tests' own where there is one. */
function testedEntryOf(service: string): string {
  const faulty = `test/e2e/deployed/handlers/${service}.ts`;
  return existsSync(faulty) ? faulty : entryOf(service);
}

process.env['CDK_VALIDATION'] = 'false'; // the emulator says at once what it does not take
buildShop(new App(), stageNamed('local'), 'shop', bundleShop(testedEntryOf));
