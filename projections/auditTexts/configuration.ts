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
  ApiClientAdded: ({ data }) => [
    'API client ',
    ['client', data.clientId],
    ` added with ${data.scopes.join(', ') || 'no scopes'}`,
  ],
  ApiClientRemoved: ({ data }) => ['API client ', ['client', data.clientId], ' removed'],
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
};
