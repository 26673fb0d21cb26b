import { z } from 'zod';
import type { ItemKind } from '../../../domain/items.ts';
import type { ItemInput } from '../../facade/items.ts';
import { approvalPolicy } from './approvalPolicy.ts';
import { exportTarget } from './exportTarget.ts';
import { mailTemplate, smtpServer } from './mail.ts';
import { radiusClient } from './radius.ts';
import { radiusTarget } from './radiusTarget.ts';
import { cacheRule, loginPolicy, trustedIps } from './rules.ts';
import { sdkCaller } from './sdkCaller.ts';
import { telephonyProvider, voiceMessage } from './telephony.ts';
import { webhook } from './webhook.ts';

/** How a kind of item is spoken of, and what one looks like on its way in. */
type Kind<K extends ItemKind> = {
  readonly about: string;
  readonly shape: z.ZodObject & z.ZodType<ItemInput<K>>;
};

/** Every kind; its operations and their description are made from here. */
export const kinds: { readonly [K in ItemKind]: Kind<K> } = {
  trustedIps: { about: 'addresses from which nobody is asked', shape: trustedIps },
  cacheRule: { about: 'for how long an approval lets the next logins in', shape: cacheRule },
  loginPolicy: { about: 'what a login of one application needs', shape: loginPolicy },
  telephonyProvider: { about: 'who calls and texts people for us', shape: telephonyProvider },
  voiceMessage: { about: 'recordings in place of built-in texts', shape: voiceMessage },
  smtpServer: { about: 'the mail server that mails leave through', shape: smtpServer },
  mailTemplate: { about: 'texts of mails', shape: mailTemplate },
  webhook: { about: 'where events are posted to', shape: webhook },
  exportTarget: { about: 'other systems that get the log as it is recorded', shape: exportTarget },
  approvalPolicy: { about: 'who approves what, and how', shape: approvalPolicy },
  radiusClient: { about: 'programs that ask by RADIUS', shape: radiusClient },
  radiusTarget: {
    about: 'who checks passwords for RADIUS: servers, directories, domains',
    shape: radiusTarget,
  },
  sdkCaller: { about: 'how a service account may call the Web Service SDK', shape: sdkCaller },
};

/** An item on its way out: without its secrets, and open to fields that a later version adds. */
export const shownShape = (schema: z.ZodType): z.ZodType => {
  if (schema instanceof z.ZodArray) return z.array(shownShape(asType(schema.element))).readonly();
  if (schema instanceof z.ZodExactOptional)
    return shownShape(asType(schema.unwrap())).exactOptional();
  if (schema instanceof z.ZodDefault) return shownShape(asType(schema.unwrap()));
  if (!(schema instanceof z.ZodObject)) return schema;
  const fields = Object.entries<z.ZodType>(schema.shape)
    .filter(([, field]) => field.meta()?.['writeOnly'] !== true)
    .map(([name, field]) => [name, shownShape(field)]);
  return z.object(Object.fromEntries(fields));
};

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the classic API makes no other ones
const asType = (schema: z.core.$ZodType): z.ZodType => schema as z.ZodType;
