import { describe, expect, test } from '@jest/globals';
import {
  expiryOf,
  familyOf,
  isPast,
  parsePeriod,
  periodFor,
  periodOwner,
  retentionFamilies,
  retentionSettingOf,
  retentionSettings,
} from '../../domain/retention.ts';
import { settingFault } from '../../domain/settings.ts';

const nowMs = Date.UTC(2026, 10, 23, 12);

describe('families', () => {
  test.each([
    ['authentication-A', 'AuthenticationRequested', 'logins'],
    ['accounting-A', 'AccountingStarted', 'logins'],
    ['user-A', 'UserChallengeOpened', 'logins'],
    ['user-A', 'UserPhoneChanged', 'administration'],
    ['mail-A', 'MailQueued', 'messages'],
    ['delivery-A', 'DeliveryQueued', 'messages'],
    ['approval-A', 'ApprovalRequested', 'approvals'],
    ['auditExport-1', 'AuditExportStarted', 'administration'],
    ['system', 'SystemStarted', 'administration'],
    ['audit', 'AuditRetentionApplied', undefined],
    ['user-A', 'LegalHoldSet', undefined],
    ['user-A', 'UserErased', undefined],
    ['ledger', 'LedgerCheckpointSigned', undefined],
    ['settings', 'SettingsChanged', undefined],
  ])('%s %s is kept as %s', (stream, type, family) => {
    expect(familyOf({ stream, type })).toBe(family);
  });

  test('nobody sets less than policy keeps, and is told what would be right', () => {
    for (const family of retentionFamilies) {
      const name = retentionSettingOf[family];
      const { min } = retentionSettings[name];
      expect(settingFault(name, min)).toBeUndefined();
      expect(settingFault(name, min - 1)).toBe(
        `${name} must be a whole number from ${min} to 36500`,
      );
    }
    expect([
      retentionSettings.retentionLoginDays.default,
      retentionSettings.retentionApprovalDays.default,
    ]).toEqual([400, 2_557]);
  });
});

describe('periods', () => {
  test('seal what tells of a time, and never what a person or the configuration is', () => {
    expect(periodFor('authentication-A', nowMs)).toBe('period:logins-2026-11');
    expect(periodFor('approval-A', nowMs)).toBe('period:approvals-2026-11');
    expect(periodFor('meta', nowMs)).toBe('period:administration-2026-11');
    for (const stream of ['user-A', 'settings', 'token-A', 'import-A'])
      expect(periodFor(stream, nowMs)).toBeUndefined();
  });

  test('are read as they are printed, and nothing else is', () => {
    const period = { family: 'logins', month: '2026-11' } as const;
    expect(parsePeriod(periodOwner(period))).toEqual(period);
    for (const other of ['user:A', 'period:', 'period:others-2026-11', 'period:logins-2026-1'])
      expect(parsePeriod(other)).toBeUndefined();
  });

  test('are past a week after their month, also over the end of a year', () => {
    const december = { family: 'logins', month: '2026-12' } as const;
    expect(isPast(december, '2027-01-07T23:59:59.999Z')).toBe(false);
    expect(isPast(december, '2027-01-08T00:00:00.000Z')).toBe(true);
    const february = { family: 'logins', month: '2026-02' } as const;
    expect(isPast(february, '2026-03-08T00:00:00.000Z')).toBe(true);
  });

  test('end on the day, so that a second run of a day finds nothing more', () => {
    expect(expiryOf(400, nowMs)).toBe('2025-10-19T00:00:00.000Z');
    expect(expiryOf(400, nowMs + 11 * 3_600_000)).toBe('2025-10-19T00:00:00.000Z');
  });
});
