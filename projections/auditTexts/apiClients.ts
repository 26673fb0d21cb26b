import type {
  ApiClientCertificates,
  ApiClientEvents,
  ApiClientLimits,
} from '../../domain/events/apiClients.ts';
import type { Texts } from './parts.ts';

const scopesOf = (scopes: readonly string[]): string => scopes.join(', ') || 'no scopes';

const limitsOf = ({ groups, applications, addresses, until }: ApiClientLimits): string =>
  [
    groups && `groups ${groups.join(', ')}`,
    applications && `applications ${applications.join(', ')}`,
    addresses && `addresses ${addresses.join(', ')}`,
    until && `until ${until}`,
  ]
    .flatMap((part) => (part === undefined ? [] : [`; only ${part}`]))
    .join('');

const certificatesOf = ({ certificates = [], certificateNames = [] }: ApiClientCertificates) => {
  const shown = [...certificateNames, ...certificates];
  return shown.length === 0 ? '' : `; shows a certificate: ${shown.join(' or ')}`;
};

export const apiClientTexts: Texts<ApiClientEvents> = {
  ApiClientAdded: ({ data }) => [
    'API client ',
    ['client', data.clientId],
    ` added with ${scopesOf(data.scopes)}${limitsOf(data.limits ?? {})}${certificatesOf(data)}`,
  ],
  ApiClientChanged: ({ data }) => [
    'API client ',
    ['client', data.clientId],
    ` set to ${data.enabled ? '' : 'disabled, '}${scopesOf(data.scopes)}${limitsOf(data.limits)}${certificatesOf(data)}`,
  ],
  ApiClientSecretReplaced: ({ data }) => [
    'API client ',
    ['client', data.clientId],
    ' got a new secret',
  ],
  ApiClientRemoved: ({ data }) => ['API client ', ['client', data.clientId], ' removed'],
  ApiClientTokenIssued: ({ data }) => [
    'API client ',
    ['client', data.clientId],
    ` got a token until ${data.until} for ${scopesOf(data.scopes)}`,
  ],
  ApiCallBegun: ({ data }) => [`Call ${data.operation} came under a key of its caller`],
  ApiCallAnswered: ({ data }) => [`Call ${data.operation} was answered ${data.status}`],
  ApiClientTokenRevoked: ({ data }) => [
    'API client ',
    ['client', data.clientId],
    ' gave a token back',
  ],
};
