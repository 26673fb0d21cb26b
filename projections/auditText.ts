import type { EventData } from '../domain/events.ts';
import { activationTexts } from './auditTexts/activations.ts';
import { apiClientTexts } from './auditTexts/apiClients.ts';
import { approvalTexts } from './auditTexts/approvals.ts';
import { attemptTexts } from './auditTexts/attempts.ts';
import { auditingTexts } from './auditTexts/auditing.ts';
import { configurationTexts, systemTexts } from './auditTexts/configuration.ts';
import { fraudTexts } from './auditTexts/frauds.ts';
import { importTexts } from './auditTexts/imports.ts';
import { ledgerTexts } from './auditTexts/ledger.ts';
import { mailTexts } from './auditTexts/mails.ts';
import { privacyTexts } from './auditTexts/privacy.ts';
import type { Texts } from './auditTexts/parts.ts';
import { accountingTexts, radiusTexts } from './auditTexts/radius.ts';
import { tokenInventoryTexts, tokenTexts } from './auditTexts/tokens.ts';
import { usernameTexts, userTexts } from './auditTexts/users.ts';
import { webhookTexts } from './auditTexts/webhooks.ts';

export type { Part } from './auditTexts/parts.ts';

/**
 * What each event says in plain words. A type without a text does not compile; one that is not here at run time
 * stops the runner.
 */
export const auditTexts: Texts<EventData> = {
  ...attemptTexts,
  ...userTexts,
  ...usernameTexts,
  ...privacyTexts,
  ...tokenTexts,
  ...tokenInventoryTexts,
  ...fraudTexts,
  ...activationTexts,
  ...approvalTexts,
  ...mailTexts,
  ...webhookTexts,
  ...radiusTexts,
  ...accountingTexts,
  ...importTexts,
  ...ledgerTexts,
  ...configurationTexts,
  ...apiClientTexts,
  ...auditingTexts,
  ...systemTexts,
};
