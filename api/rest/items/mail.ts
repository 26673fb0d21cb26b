import { z } from 'zod';
import { occasions } from '../../../domain/notice.ts';
import { line, method } from '../fields.ts';
import * as field from './fields.ts';

const maxMailText = 20_000;

export const smtpServer = z
  .strictObject({
    host: field.host,
    port: field.port,
    security: z.enum(['tls', 'starttls', 'none']),
    user: line(256).exactOptional(),
    password: field.secret(),
    passwordSet: field.secretIsSet,
    sender: z.email().max(254),
  })
  .refine(({ security, host }) => security !== 'none' || field.isLoopback(host), {
    path: ['security'],
    error: 'none is only for a server on this machine',
  });

export const mailTemplate = z.strictObject({
  occasion: z.enum(occasions),
  language: field.language,
  method: method.exactOptional(),
  subject: line(200),
  text: z.string().min(1).max(maxMailText),
});
