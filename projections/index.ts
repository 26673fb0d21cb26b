import { activationsProjection } from './activations.ts';
import { apiClientsProjection } from './apiClients.ts';
import { approvalsProjection } from './approvals.ts';
import { auditProjection } from './audit.ts';
import { blocksProjection } from './blocks.ts';
import { bypassesProjection } from './bypasses.ts';
import { challengesProjection } from './challenges.ts';
import { delegationsProjection } from './delegations.ts';
import { deliveriesProjection } from './deliveries.ts';
import { devicesProjection } from './devices.ts';
import { fraudReportsProjection } from './fraudReports.ts';
import { importsProjection } from './imports.ts';
import { itemsProjection } from './items.ts';
import { phoneOwnersProjection } from './phoneOwners.ts';
import { mailsProjection } from './mails.ts';
import type { Projection } from './projection.ts';
import { requestsProjection } from './requests.ts';
import { serviceAccountsProjection } from './serviceAccounts.ts';
import { settingsProjection } from './settings.ts';
import { spareCodesProjection } from './spareCodes.ts';
import { stockProjection } from './stock.ts';
import { tokensProjection } from './tokens.ts';
import { userActivityProjection } from './userActivity.ts';
import { usersProjection } from './users.ts';

/** Every projection that the runner keeps. */
export const projections: readonly Projection[] = [
  usersProjection,
  userActivityProjection,
  phoneOwnersProjection,
  devicesProjection,
  tokensProjection,
  stockProjection,
  spareCodesProjection,
  requestsProjection,
  challengesProjection,
  blocksProjection,
  bypassesProjection,
  fraudReportsProjection,
  activationsProjection,
  serviceAccountsProjection,
  apiClientsProjection,
  settingsProjection,
  itemsProjection,
  deliveriesProjection,
  importsProjection,
  mailsProjection,
  approvalsProjection,
  delegationsProjection,
  auditProjection,
];
