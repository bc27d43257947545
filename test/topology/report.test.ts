import { describe, expect, test } from 'vitest';
import { checkManifests } from '../../lib/topology/check.ts';
import { checkSeverities } from '../../lib/topology/codes.ts';
import { reportText } from '../../lib/topology/report-text.ts';
import { manifest, texts } from './manifests.ts';

const placeOrder = { command: 'PlaceOrder', emits: ['OrderPlaced'], schedules: ['OrderDeadlinePassed'] };
const order = [manifest('order', { placeOrder })];
const unheard = { code: 'EVENT_NOT_CONSUMED', path: 'order.placeOrder.emits.OrderPlaced' } as const;

describe('a report', () => {
  test('lists errors first, then by path, and counts', () => {
    const { findings, ok } = checkManifests(order, { severity: { EVENT_NOT_CONSUMED: 'error' } });
    expect(findings.map(({ severity, code }) => `${severity} ${code}`)).toEqual(['error EVENT_NOT_CONSUMED', 'warning TIMER_NOT_CONSUMED']);
    expect(ok).toBe(false);
    expect(reportText(checkManifests(order))).toBe(
      [
        'warning TIMER_NOT_CONSUMED at order.placeOrder.schedules.OrderDeadlinePassed',
        '  Nobody reacts to OrderDeadlinePassed, which order.placeOrder schedules: when it is due, nothing happens.',
        '  → React to OrderDeadlinePassed, or stop scheduling it.',
        '',
        'information EVENT_NOT_CONSUMED at order.placeOrder.emits.OrderPlaced',
        '  Nobody reacts to OrderPlaced, which order.placeOrder may emit.',
        '  → Nothing, if it is meant for future consumers. If its consumers are elsewhere, name it in `external.consumes`. Otherwise stop emitting it.',
        '',
        '0 errors, 1 warning, 1 for information.',
      ].join('\n'),
    );
  });

  test('shows what weighs enough, and counts the rest', () => {
    expect(reportText(checkManifests(order), { from: 'error' })).toBe('0 errors, 1 warning, 1 for information.');
  });

  test('leaves out what is switched off', () => {
    const { findings } = checkManifests(order, { severity: { EVENT_NOT_CONSUMED: 'off', TIMER_NOT_CONSUMED: 'off' } });
    expect(findings).toEqual([]);
  });

  test('sets aside what is allowed, with the reason', () => {
    const report = checkManifests(order, { allow: [{ ...unheard, reason: 'search comes next month' }] });
    expect(report.findings.map(({ code }) => code)).toEqual(['TIMER_NOT_CONSUMED']);
    expect(report.allowed).toMatchObject([{ ...unheard, severity: 'information', reason: 'search comes next month' }]);
    expect(reportText(report, { from: 'error' })).toBe(
      [
        'allowed EVENT_NOT_CONSUMED at order.placeOrder.emits.OrderPlaced: search comes next month',
        '0 errors, 1 warning, 0 for information, 1 allowed.',
      ].join('\n'),
    );
  });

  test('keeps what is allowed without a reason, and says so', () => {
    const report = checkManifests(order, { allow: [{ ...unheard, reason: ' ' }] });
    expect(report.findings.map(({ code }) => code)).toEqual(['ALLOWANCE_WITHOUT_REASON', 'TIMER_NOT_CONSUMED', 'EVENT_NOT_CONSUMED']);
    expect(report.ok).toBe(false);
    expect(texts('ALLOWANCE_WITHOUT_REASON', order, { allow: [{ ...unheard, reason: '' }] })).toEqual([
      [
        'error ALLOWANCE_WITHOUT_REASON at order.placeOrder.emits.OrderPlaced',
        '  The finding EVENT_NOT_CONSUMED at order.placeOrder.emits.OrderPlaced is allowed without a reason, so it stays.',
        '  → Say in `reason` why it is acceptable.',
      ].join('\n'),
    ]);
  });

  test('says which allowance has nothing to allow', () => {
    const allow = [{ code: 'EVENT_CYCLE', path: 'order.placeOrder', reason: 'it ends' }] as const;
    expect(texts('ALLOWANCE_UNUSED', order, { allow })).toEqual([
      [
        'warning ALLOWANCE_UNUSED at order.placeOrder',
        '  The finding EVENT_CYCLE at order.placeOrder is allowed, but does not exist.',
        '  → Remove it from `allow`, or correct its path.',
      ].join('\n'),
    ]);
  });

  test('knows no other codes', () => {
    const severity = { EVENT_CIRCLE: 'off' } as never;
    expect(() => checkManifests(order, { severity })).toThrow(
      `There is no check with the code EVENT_CIRCLE; the codes are ${Object.keys(checkSeverities).join(', ')}.`,
    );
    expect(() => checkManifests(order, { allow: [{ ...unheard, code: 'toString' as never, reason: 'x' }] })).toThrow(
      /^There is no check with the code toString;/,
    );
  });

  test('knows no other severities: a misspelled one would let an error through', () => {
    const severity = { EVENT_CYCLE: 'warn' } as never;
    expect(() => checkManifests(order, { severity })).toThrow(
      expect.objectContaining({
        code: 'UNKNOWN_SEVERITY',
        message: 'The severity of EVENT_CYCLE is "warn"; use "error", "warning", "information", "off".',
      }),
    );
  });
});
