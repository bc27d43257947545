import { App, Stack } from 'aws-cdk-lib';
import { Backbone, ChoreographyService, checkChoreography } from 'aws-choreography/cdk';
import trips from '../functions/choreography.ts';

const app = new App();

// What all services share: the stream, the bus, the schema registry and the control table.
const platform = new Stack(app, 'trips-backbone');
new Backbone(platform, 'Backbone', { choreography: trips });
checkChoreography(platform, trips); // an error stops the deploy

// Each service is a stack of its own and can be deployed alone.
for (const service of trips.services) {
  const stack = new Stack(app, `trips-${service.name}`);
  stack.addStackDependency(platform);
  new ChoreographyService(stack, 'Service', {
    backbone: Backbone.fromName(stack, 'Backbone', 'trips'),
    service,
    entry: `functions/${service.name}/handler.ts`,
    startAt: 'earliest',
    schemas: 'schemas',
  });
}
