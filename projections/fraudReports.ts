import { expiring } from './expiry.ts';
import { erased, streamId, type Projection } from './projection.ts';
import { table } from './table.ts';

const fraudReports = table({
  name: 'fraudReports',
  key: 'requestId',
  columns: {
    requestId: 'text',
    userId: 'text',
    deviceId: 'text',
    blockId: 'text?',
    at: 'text',
    verdict: 'text?',
    note: 'text?',
    reviewedAt: 'text?',
  },
  indexes: [],
  findBy: ['userId'],
});

/** Fraud reports, awaiting a verdict or judged. */
export const fraudReportsProjection: Projection = {
  name: 'fraudReports',
  version: 2,
  tables: [fraudReports],
  on: {
    AuditRetentionApplied: expiring({
      family: 'administration',
      table: 'fraudReports',
      key: 'requestId',
      age: 'reviewedAt',
      people: ({ userId }) => [userId],
    }),
    FraudReported({ data, meta }, rows) {
      rows.put('fraudReports', {
        requestId: data.requestId,
        userId: data.userId,
        deviceId: data.deviceId ?? '',
        blockId: data.blockId ?? null,
        at: meta.at,
        verdict: null,
        note: null,
        reviewedAt: null,
      });
    },
    async UserErased(event, rows) {
      for (const report of await rows.find('fraudReports', 'userId', streamId(event)))
        rows.put('fraudReports', { ...report, note: report.note && erased });
    },
    FraudReviewed: (event, rows) =>
      rows.change('fraudReports', streamId(event), {
        verdict: event.data.verdict,
        note: event.data.note,
        reviewedAt: event.meta.at,
      }),
  },
};
