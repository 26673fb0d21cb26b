import { z } from 'zod';
import * as shared from '../fields.ts';
import * as field from './fields.ts';

const maxAddresses = 500;

export const trustedIps = z.strictObject({
  addresses: z.array(field.addresses).min(1).max(maxAddresses),
  channels: z.array(shared.channel).min(1).max(20).exactOptional(),
  application: field.application.exactOptional(),
  note: shared.line(500, 0).exactOptional(),
});

export const cacheRule = z.strictObject({
  type: z.enum(['user', 'application', 'applicationAndIp']),
  seconds: field.seconds,
  channel: shared.channel.exactOptional(),
  application: field.application.exactOptional(),
});

export const loginPolicy = z.strictObject({
  application: field.application,
  approvalPolicy: field.itemId.exactOptional(),
  numberMatch: z.enum(['off', 'allow', 'require']).exactOptional(),
});
