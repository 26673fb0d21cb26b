import { z } from 'zod';
import * as field from './fields.ts';

const maxPemLength = 20_000;
const maxTypes = 50;

const eventType = z
  .string()
  .max(100)
  .regex(
    /^(\*|[a-z][A-Za-z]*(\.[A-Za-z]+)*(\.?\*)?)$/,
    'must be an event type as in authentication.approved; * at the end stands for anything',
  );

/** RFC 5425 §7.2. */
const syslogTlsPort = 6514;
/** RFC 5424 table 1: log audit. */
const logAudit = 13;

export const exportTarget = z.strictObject({
  type: z.literal('syslog').default('syslog'),
  host: field.host,
  port: field.port.default(syslogTlsPort),
  serverName: field.host.exactOptional().meta({
    description: 'The name that its certificate must have; host where absent.',
  }),
  ca: z
    .string()
    .max(maxPemLength)
    .regex(/^-----BEGIN CERTIFICATE-----[\s\S]*-----END CERTIFICATE-----\s*$/, 'must be PEM')
    .exactOptional()
    .meta({ description: 'Authorities that its certificate may come from.' }),
  format: z.enum(['syslog', 'cef', 'ocsf']).default('syslog'),
  types: z.array(eventType).min(1).max(maxTypes).default(['*']),
  facility: z.int().min(0).max(23).default(logAudit),
  from: z
    .enum(['start', 'now'])
    .default('now')
    .meta({ description: 'With the oldest event of the log, or what comes after this order.' }),
  active: z.boolean().default(true),
});
