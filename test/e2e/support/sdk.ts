import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';

export const sdkPath = '/MultiFactorAuthWebServiceSdk/PfWsSdk.asmx';
const namespace = 'http://www.phonefactor.com/PfWsSdk';
const timeoutMs = 100_000; // What .NET proxies give a call.

export type SdkAnswer = {
  readonly status: number;
  readonly body: string;
  /** Text of the first element of this name. */
  text(name: string): string | undefined;
};

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

export type SdkClient = {
  call(operation: string, args: Readonly<Record<string, string>>): Promise<SdkAnswer>;
  close(): void;
};

/** A caller of the Web Service SDK as plain as it gets: one POST a call, Basic, the server's own authority. */
export const sdkClient = (options: {
  readonly https: string;
  readonly ca: string;
  /** Without one, the client certificate says who calls. */
  readonly account?: { readonly username: string; readonly password: string };
  readonly certificate?: { readonly cert: Buffer; readonly key: Buffer };
  readonly path?: string;
}): SdkClient => {
  const { https, ca, account, certificate, path = sdkPath } = options;
  const agent = new Agent({
    ca: readFileSync(ca),
    keepAlive: true,
    maxSockets: 1_000,
    ...certificate,
  });
  const pair = `${account?.username}:${account?.password}`;
  const signedIn =
    account === undefined ? {} : { authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
  return {
    close: () => agent.destroy(),
    call: async (operation, args) =>
      await new Promise((resolve, reject) => {
        const inner = Object.entries(args)
          .map(([name, value]) => `<${name}>${escape(value)}</${name}>`)
          .join('');
        const envelope = `<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><${operation} xmlns="${namespace}">${inner}</${operation}></soap:Body></soap:Envelope>`;
        const sending = request(
          `${https}${path}`,
          {
            agent,
            method: 'POST',
            timeout: timeoutMs,
            headers: {
              ...signedIn,
              'content-type': 'text/xml; charset=utf-8',
              'content-length': Buffer.byteLength(envelope),
              soapaction: `"${namespace}/${operation}"`,
            },
          },
          (response) => {
            let body = '';
            response.setEncoding('utf8').on('data', (text: string) => (body += text));
            response.once('error', reject);
            response.once('end', () =>
              resolve({
                status: response.statusCode!,
                body,
                text: (name) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(body)?.[1],
              }),
            );
          },
        );
        sending.once('error', reject);
        sending.once('timeout', () => sending.destroy(new Error('no answer in time')));
        sending.end(envelope);
      }),
  };
};

/** `PfAuthUser_4` as the MIM script calls it. */
export const pfAuthUser = (
  sdk: SdkClient,
  username: string,
  options: { readonly requireUserMatch?: boolean; readonly application?: string } = {},
): Promise<SdkAnswer> =>
  sdk.call('PfAuthUser_4', {
    username,
    initiatingAuthenticationType: 'pfsdk',
    initiatingIp: '192.0.2.7',
    applicationName: options.application ?? 'Group request',
    requireUserMatch: String(options.requireUserMatch ?? true),
  });
