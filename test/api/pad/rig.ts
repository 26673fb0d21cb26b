import { createHash } from 'node:crypto';
import { readPadResponse } from '../../../api/pad/readResponse.ts';
import { mobileVectors } from '../../wire/mobileVectors.ts';
import { ask, serve, type Answer, type Served } from './serve.ts';

export const token = 'hc1-Zk3v9QmT7rXw2LpB8nYc5sJd0aGfUeHi';
export const tokenHash = createHash('sha256').update(token).digest('hex');

export const canonicalOf = (id: string): string =>
  mobileVectors.requests.find((request) => request.id === id)?.canonical ?? '';

export const approval = (guid: string): string =>
  canonicalOf('pad-result-approve').replace('c1f4e0d8-2a36-4b8e-8f0d-6e7a9b5c3d21', guid);

export const post = (
  url: string,
  body: Buffer | string,
  headers: Record<string, string> = {},
): Promise<Answer> => ask(url, { method: 'POST', body, headers });

/** `error-id` of an answer of `/pad`, 0 where it is none of a refusal. */
export const errorIdOf = ({ body }: Answer): number => {
  const reply = readPadResponse(body);
  return 'fail' in reply ? reply.errorId : 0;
};

export const soapCodeOf = ({ body }: Answer): string | undefined =>
  /<Code>(\d+)<\/Code>/.exec(body)?.[1];

export const poll = (origin: string, wait = '', bearer = token): Promise<Answer> =>
  ask(`${origin}/pa/pull${wait}`, { headers: { authorization: `Bearer ${bearer}` } });

export const pushesOf = ({ body }: Answer): { guid: string; type: string }[] =>
  (JSON.parse(body) as { pushes: { guid: string; type: string }[] }).pushes;

/** Servers of one test file, ended after each test. */
export const servers = () => {
  const running: Served[] = [];
  return {
    start: async (...options: Parameters<typeof serve>): Promise<string> => {
      const served = await serve(...options);
      running.push(served);
      return served.origin;
    },
    stop: async (): Promise<void> => {
      await Promise.all(running.splice(0).map((served) => served.close()));
    },
  };
};
