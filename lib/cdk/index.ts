/**
 * Constructs for AWS: the backbone, and one service at a time. They are constructs, not stacks, and you can bring every
 * resource.
 * @module
 */

export type { CheckOptions } from '../topology/check.ts';
export type { Allowance, ReportOptions } from '../topology/report.ts';
export { Backbone } from './backbone.ts';
export type { BackboneProps } from './backbone-props.ts';
export { bundleHandlers } from './bundle-handlers.ts';
export { checkChoreography } from './check-choreography.ts';
export { ChoreographyDashboard, type ChoreographyDashboardProps } from './choreography-dashboard.ts';
export { ChoreographyService } from './choreography-service.ts';
export type { ChoreographyServiceProps } from './choreography-service-props.ts';
export type { BackboneLookup, IBackbone } from './found-backbone.ts';
export type { BundleOptions } from './handler-bundle.ts';
export type { BroughtSources } from './inbound-sources.ts';
export type { StartAt, StreamReading } from './stream-mapping.ts';
