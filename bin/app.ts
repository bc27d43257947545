// The CDK app of the sample: `cdk deploy --all -c stage=dev`; `-c backbone=shop-2` for a second one in the same account.
import { App } from 'aws-cdk-lib';
import { stageNamed } from '../lib/cdk/stage.ts';
import { buildShop, bundleShop } from './shop-stacks.ts';

const app = new App();
const context = (name: string, otherwise: string) => String(app.node.tryGetContext(name) ?? otherwise);
buildShop(app, stageNamed(context('stage', 'dev')), context('backbone', 'shop'), bundleShop());
