import { Duration } from 'aws-cdk-lib';
import { Dashboard, GraphWidget, type IWidget, TextWidget } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { Choreography } from '../contract/choreography.ts';
import type { IBackbone } from './backbone/found-backbone.ts';
import { type ServiceMetricName, serviceMetric } from './service/service-metrics.ts';

/** What `ChoreographyDashboard` takes. */
export interface ChoreographyDashboardProps {
  /** Where the services run; only its name is used, so a found one will do. */
  readonly backbone: Pick<IBackbone, 'name'>;
  /** Whose services are shown. */
  readonly choreography: Choreography;
  /** @default - the name of the backbone */
  readonly dashboardName?: string;
  /** What is shown when it is opened. @default Duration.hours(3) */
  readonly defaultInterval?: Duration;
}

/** One graph, with a line for each service. */
interface Panel {
  readonly title: string;
  readonly metric: ServiceMetricName;
  readonly statistic: 'Sum' | 'Maximum' | 'p99';
}

/** Trouble first: what an operator looks for comes before what tells how busy it is. */
const panels: readonly Panel[] = [
  { title: 'Dead letters', metric: 'DeadLetters', statistic: 'Sum' },
  { title: 'Sagas that wait in a service', metric: 'StuckSagas', statistic: 'Maximum' },
  { title: 'Longest parked saga, ms', metric: 'ParkedAge', statistic: 'Maximum' },
  { title: 'Oldest unpublished event, ms', metric: 'OutboxAge', statistic: 'Maximum' },
  { title: 'Technical failures, tried again', metric: 'TechnicalFailures', statistic: 'Sum' },
  { title: 'Steps undone', metric: 'Undone', statistic: 'Sum' },
  { title: 'Age of a message when it is taken, ms (p99)', metric: 'AgeAtConsume', statistic: 'p99' },
  { title: 'Time of a reaction, ms (p99)', metric: 'Reaction', statistic: 'p99' },
  { title: 'Messages taken', metric: 'Consumed', statistic: 'Sum' },
  { title: 'Events published', metric: 'EventsPublished', statistic: 'Sum' },
  { title: 'Duplicates, not run again', metric: 'Duplicates', statistic: 'Sum' },
  { title: 'Commits tried again after a conflict', metric: 'CommitConflicts', statistic: 'Sum' },
];

// In units of a dashboard, which is 24 wide.
const COLUMNS = 3;
const GRAPH = { width: 24 / COLUMNS, height: 6 };
const TEXT = { width: 24, height: 2 };

function commandsOf(backbone: string): string {
  const commands = ['consumer list', 'dead-letter list', 'saga list --stuck', 'page'];
  return `**${backbone}**: a line for each service. Look closer with ${commands.map((one) => `\`choreo ${one} --backbone ${backbone}\``).join(', ')}.`;
}

/**
 * A CloudWatch dashboard of all services of a choreography, from the metrics that their functions write. It names services
 * and refers to no stack of theirs, so it can be in any stack of the account and Region.
 */
export class ChoreographyDashboard extends Construct {
  readonly dashboard: Dashboard;

  constructor(scope: Construct, id: string, props: ChoreographyDashboardProps) {
    super(scope, id);
    const { backbone, choreography, dashboardName = backbone.name, defaultInterval = Duration.hours(3) } = props;
    const graphs = panels.map(({ title, metric, statistic }) => {
      const lines = choreography.services.map(({ name: service }) =>
        serviceMetric({ backbone: backbone.name, service }, metric, statistic).with({ label: service }),
      );
      return new GraphWidget({ ...GRAPH, title, left: lines, leftYAxis: { min: 0, showUnits: false } });
    });
    this.dashboard = new Dashboard(this, 'Dashboard', { dashboardName, defaultInterval });
    this.dashboard.addWidgets(new TextWidget({ ...TEXT, markdown: commandsOf(backbone.name) }));
    for (let at = 0; at < graphs.length; at += COLUMNS) this.dashboard.addWidgets(...(graphs.slice(at, at + COLUMNS) as IWidget[]));
  }
}
