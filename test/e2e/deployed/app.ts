// The sample shop for tests: as it is deployed, with outside systems that can be made to fail.
import { existsSync } from 'node:fs';
import { App, Duration } from 'aws-cdk-lib';
import { buildShop, bundleShop, entryOf } from '../../../bin/shop-stacks.ts';
import { type ChoreographyServiceProps, stageNamed } from '../../../lib/cdk/index.ts';
import { FOLDER_VARIABLE } from './machine.ts';

/** A handler of the tests' own where there is one. */
function testedEntryOf(service: string): string {
  const faulty = `test/e2e/deployed/handlers/${service}.ts`;
  return existsSync(faulty) ? faulty : entryOf(service);
}

const environment = { [FOLDER_VARIABLE]: process.env[FOLDER_VARIABLE] ?? '' };
/** Payment hangs in tests, and shipping dies again and again: neither is to take long. */
const changes: Readonly<Record<string, Partial<ChoreographyServiceProps>>> = {
  payment: { functions: { environment, timeout: Duration.seconds(15) } },
  shipping: { functions: { environment }, retryAttempts: 3 },
};

process.env['CDK_VALIDATION'] = 'false'; // the emulator says at once what it does not take
buildShop(new App(), stageNamed('local'), 'shop', bundleShop(testedEntryOf), {
  backbone: { operator: { timeout: Duration.seconds(20) } }, // ticks that end soon: a replay over several is not to take minutes
  service: (name) => changes[name] ?? { functions: { environment } },
});
