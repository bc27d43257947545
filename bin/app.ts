// The CDK app of the sample: `cdk deploy --all -c stage=dev`; `-c backbone=shop-2` for a second one in the same account.
import { App } from 'aws-cdk-lib';
import { stageNamed } from '../lib/cdk/index.ts';
import { buildShop, bundleShop } from './shop-stacks.ts';

const app = new App();
const context = (name: string, otherwise: string) => String(app.node.tryGetContext(name) ?? otherwise);
const stage = context('stage', 'dev');
// The CDK's own check of the templates takes longer than all the rest; an emulator says at once what it does not take.
if (stage === 'local') process.env['CDK_VALIDATION'] = 'false';
buildShop(app, stageNamed(stage), context('backbone', 'shop'), bundleShop());
