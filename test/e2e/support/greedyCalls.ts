import { startFlood } from './flood.ts';
import { sdkPath } from './sdk.ts';
import type { ServerProcess } from './serverProcess.ts';

const namespace = 'http://www.phonefactor.com/PfWsSdk';
const envelope = 'http://schemas.xmlsoap.org/soap/envelope/';
/** Three times what one caller may (SEC-65). */
const [soapPerSecond, restPerSecond] = [150, 300];
const maxOpen = 100;

/**
 * A caller that asks three times as often as it may, of the SDK and of REST.
 * @returns what begins it, which returns what ends it, which returns the statuses of both
 */
export const greedyCalls = async (
  { rest, info }: ServerProcess,
  account: { readonly username: string; readonly password: string },
): Promise<() => () => Promise<readonly Record<string, number>[]>> => {
  const client = { name: 'greedy', scopes: ['settings.read'] };
  const { token } = await rest.ok<{ token: string }>('POST', '/api-clients', client);
  const basic = Buffer.from(`${account.username}:${account.password}`).toString('base64');
  const soapCall = {
    method: 'POST',
    path: sdkPath,
    headers: { authorization: `Basic ${basic}`, 'content-type': 'text/xml; charset=utf-8' },
    body: `<s:Envelope xmlns:s="${envelope}"><s:Body><TestSecurity xmlns="${namespace}"/></s:Body></s:Envelope>`,
  };
  const restCall = {
    method: 'GET',
    path: '/api/v1/settings',
    headers: { authorization: `Bearer ${token}` },
  };
  return () => {
    const floods = [
      startFlood({
        origin: info.https,
        ca: info.ca,
        calls: [soapCall],
        pace: { perSecond: soapPerSecond, maxOpen },
      }),
      startFlood({
        origin: info.http,
        calls: [restCall],
        pace: { perSecond: restPerSecond, maxOpen },
      }),
    ];
    return async () => {
      const tallies = await Promise.all(floods.map((flood) => flood.stop()));
      return tallies.map(({ statuses }) => statuses);
    };
  };
};
