import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';

/** One GET over HTTPS with Basic, as a browser at the SDK's address sends it. */
export const rawGet = (
  info: { readonly https: string; readonly ca: string },
  path: string,
  account: { readonly username: string; readonly password: string },
): Promise<{ readonly status: number; readonly body: string }> =>
  new Promise((resolve, reject) => {
    const agent = new Agent({ ca: readFileSync(info.ca) });
    const auth = `${account.username}:${account.password}`;
    const sending = request(`${info.https}${path}`, { agent, auth }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => (body += text));
      response.once('error', reject);
      response.once('end', () => {
        agent.destroy();
        resolve({ status: response.statusCode ?? 0, body });
      });
    });
    sending.once('error', reject);
    sending.end();
  });
