import { activationsProjection } from './activations.ts';
import { apiClientsProjection } from './apiClients.ts';
import { auditProjection } from './audit.ts';
import { blocksProjection } from './blocks.ts';
import { challengesProjection } from './challenges.ts';
import { devicesProjection } from './devices.ts';
import { fraudReportsProjection } from './fraudReports.ts';
import type { Projection } from './projection.ts';
import { requestsProjection } from './requests.ts';
import { serviceAccountsProjection } from './serviceAccounts.ts';
import { settingsProjection } from './settings.ts';
import { tokensProjection } from './tokens.ts';
import { usersProjection } from './users.ts';

/** Every projection that the runner keeps. */
export const projections: readonly Projection[] = [
  usersProjection,
  devicesProjection,
  tokensProjection,
  requestsProjection,
  challengesProjection,
  blocksProjection,
  fraudReportsProjection,
  activationsProjection,
  serviceAccountsProjection,
  apiClientsProjection,
  settingsProjection,
  auditProjection,
];
