import type { Check } from '../check-input.ts';
import { chainLength } from './chain.ts';
import { commandOwners } from './commands.ts';
import { idleCompensations, rerunningTriggers, timerCompensations, undoEvents } from './compensations.ts';
import { completeness, missingCompensations } from './completeness.ts';
import { eventCycles, serviceCycles } from './cycles.ts';
import { deployedNames } from './deployed.ts';
import { deadlines, unheardFailures, untoldGiveUps } from './failures.ts';
import { fields } from './fields.ts';
import { unheardEvents, unknownOutside, unsaidMessages } from './messages.ts';
import { names } from './names.ts';
import { busOrder } from './order.ts';
import { overtakenDeadlines } from './overtaken-deadlines.ts';
import { olderVersions, versions } from './versions.ts';

/** All checks. */
export const allChecks: readonly Check[] = [
  names,
  commandOwners,
  eventCycles,
  serviceCycles,
  chainLength,
  unheardEvents,
  unsaidMessages,
  unknownOutside,
  unheardFailures,
  untoldGiveUps,
  deadlines,
  idleCompensations,
  rerunningTriggers,
  timerCompensations,
  overtakenDeadlines,
  undoEvents,
  completeness,
  missingCompensations,
  versions,
  olderVersions,
  fields,
  busOrder,
  deployedNames,
];
