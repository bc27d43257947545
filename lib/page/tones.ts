import type { SagaStatus } from '../operations/sagas/saga.ts';
import type { DeliveryOutcome } from './saga/delivery.ts';

/** The look of something: a class of the style sheet, and a sign that says the same without colour. */
export interface Tone {
  readonly name: 'good' | 'bad' | 'undone' | 'waiting' | 'plain';
  readonly sign: string;
}

/** How deliveries look. */
export const outcomeTones: Readonly<Record<DeliveryOutcome, Tone>> = {
  done: { name: 'good', sign: '✓' },
  failed: { name: 'bad', sign: '✗' },
  undone: { name: 'undone', sign: '↩' },
  refused: { name: 'undone', sign: '⊘' },
  open: { name: 'waiting', sign: '…' },
  parked: { name: 'waiting', sign: '‖' },
  expected: { name: 'waiting', sign: '…' },
};

/** How sagas look. */
export const statusTones: Readonly<Record<SagaStatus, Tone>> = {
  unknown: { name: 'plain', sign: '?' },
  running: { name: 'waiting', sign: '…' },
  parked: { name: 'waiting', sign: '‖' },
  stuck: { name: 'bad', sign: '✗' },
  completed: { name: 'good', sign: '✓' },
  compensated: { name: 'undone', sign: '↩' },
};
