/**
 * Constructs for AWS: the backbone, and one service at a time. They are constructs, not stacks, and you can bring every
 * resource.
 * @module
 */

export type { CheckOptions } from '../topology/check.ts';
export type { Allowance, ReportOptions } from '../topology/report.ts';
export { Backbone } from './backbone/backbone.ts';
export type { BackboneProps } from './backbone/backbone-props.ts';
export type { BackboneLookup, IBackbone } from './backbone/found-backbone.ts';
export { checkChoreography } from './check-choreography.ts';
export { ChoreographyDashboard, type ChoreographyDashboardProps } from './choreography-dashboard.ts';
export { bundleHandlers } from './functions/bundle-handlers.ts';
export type { BundleOptions } from './functions/handler-bundle.ts';
export { ChoreographyService } from './service/choreography-service.ts';
export type { ChoreographyServiceProps } from './service/choreography-service-props.ts';
export type { IChoreographyService, ServiceLookup } from './service/found-service.ts';
export type { BroughtSources } from './service/inbound-sources.ts';
export type { StartAt, StreamReading } from './sources/stream-mapping.ts';
export { type Stage, type StageOptions, stageNamed, stages } from './stage.ts';
