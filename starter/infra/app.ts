import { App, Stack } from 'aws-cdk-lib';
import { Backbone, ChoreographyService, checkChoreography, stageNamed } from 'aws-choreography/cdk';
import trips from '../functions/choreography.ts';

const app = new App();

/** `-c stage=local` for LocalStack, `dev` for trying it out at little cost, `prod` with alarms and a key, and data that is kept. */
const stage = stageNamed(app.node.tryGetContext('stage') ?? 'dev');

// What all services share: the stream, the bus, the schema registry and the control table.
const platform = new Stack(app, 'trips-backbone');
new Backbone(platform, 'Backbone', { choreography: trips, ...stage.backbone });
checkChoreography(platform, trips); // an error stops the deploy

// Each service is a stack of its own and can be deployed alone.
for (const service of trips.services) {
  const stack = new Stack(app, `trips-${service.name}`);
  stack.addStackDependency(platform);
  new ChoreographyService(stack, 'Service', {
    ...stage.service,
    backbone: Backbone.fromName(stack, 'Backbone', 'trips', stage.lookup),
    service,
    entry: `functions/${service.name}/handler.ts`,
    startAt: 'earliest',
    schemas: 'schemas',
  });
}
