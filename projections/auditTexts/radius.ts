import type { AccountingEvents, RadiusEvents } from '../../domain/events/radius.ts';
import type { Texts } from './parts.ts';

export const radiusTexts: Texts<RadiusEvents> = {
  RadiusClientSecured: ({ data }) => [
    `RADIUS client ${data.clientId} proves its packets from ${data.address}, and must from now on`,
  ],
  RadiusClientReset: ({ data }) => [
    `RADIUS client ${data.clientId} may send packets without proof again`,
  ],
  RadiusPacketsDropped: ({ data }) => [
    `${data.packets} RADIUS packets dropped, the last from ${data.address}: ${data.reason}`,
  ],
  RadiusSecretDoubted: ({ data }) => [
    `Many wrong passwords in a row from RADIUS client ${data.clientId}: check its shared secret`,
  ],
};

const seconds = (length: number | undefined): string =>
  length === undefined ? '' : ` after ${length} s`;

export const accountingTexts: Texts<AccountingEvents> = {
  AccountingStarted: ({ data }) => [`Session of RADIUS client ${data.clientId} started`],
  AccountingInterim: ({ data }) => [
    `Session of RADIUS client ${data.clientId} goes on${seconds(data.seconds)}`,
  ],
  AccountingStopped: ({ data }) => [
    `Session of RADIUS client ${data.clientId} ended${seconds(data.seconds)}`,
  ],
};
