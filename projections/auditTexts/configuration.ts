import type { ConfigurationEvents, SystemEvents } from '../../domain/events/configuration.ts';
import type { Texts } from './parts.ts';

export const configurationTexts: Texts<ConfigurationEvents> = {
  DeploymentCreated: ({ data }) => [`Installation made for ${data.companyName}`],
  SettingsChanged: ({ data }) => [
    'Settings changed: ',
    Object.entries(data.changes)
      .map(([name, value]) => `${name} = ${String(value)}`)
      .join(', '),
  ],
  ServiceAccountAdded: ({ data }) => ['Service account ', ['account', data.accountId], ' added'],
  ServiceAccountRemoved: ({ data }) => [
    'Service account ',
    ['account', data.accountId],
    ' removed',
  ],
  ConfigurationItemSet: ({ data }) => [`Configuration: ${data.kind} ${data.itemId} set`],
  ConfigurationItemRemoved: ({ data }) => [`Configuration: ${data.kind} ${data.itemId} removed`],
};

export const systemTexts: Texts<SystemEvents> = {
  SystemStarted: ({ data }) => [`Node ${data.node} started, version ${data.version}`],
  UnsealedPayloadRefused: ({ data }) => [
    `Refused an unsealed message to workflow ${data.workflowId}`,
  ],
  ProviderDown: ({ data }) => [`Provider ${data.provider} does not answer: ${data.reason}`],
  ProviderUp: ({ data }) => [`Provider ${data.provider} answers again`],
  ClockSkewDetected: ({ data }) => [`The clock was found ${data.skewMs} ms off`],
  SystemBackupMade: ({ data }) => [
    `Backup ${data.backup} of the first ${data.position} events made: ${data.sizeBytes} bytes in ${data.durationMs} ms`,
  ],
  SystemMasterKeyRotated: ({ data }) => [
    `Master key number ${data.generation} has replaced the one before; it wraps ${data.keys} keys`,
  ],
  SystemRestored: ({ data }) => [
    `The log was put back to its first ${data.position} events from backup ${data.backup} of ${data.madeAt}`,
    data.leftOut === 0 ? '' : `; ${data.leftOut} events of the backup were left out`,
    data.lost === 0 ? '' : `; ${data.lost} events that were signed are lost`,
  ],
};
