import { afterAll, beforeAll, beforeEach, expect } from '@jest/globals';
import type { Caller } from '../../../api/facade.ts';
import { pfWsSdk } from '../../../api/soap/pfWsSdk.ts';
import type { SdkCaller } from '../../../api/soap/pfWsSdkOperation.ts';
import { alice, fakeFacade } from './fakeFacade.ts';
import { basic, envelope, startServer } from './soapServer.ts';
import type { SoapServer } from './soapServer.ts';

export const caller: Caller = { actor: { kind: 'serviceAccount', id: 'svc' }, channel: 'sdk' };
export const ok = '<error><Code>0</Code></error>';
export const error = (code: number, text: string): string =>
  `<error><Code>${code}</Code><Description>${text}</Description></error>`;
export const user = '<username>alice@EXAMPLE.org</username>';

/** The SDK over a facade that notes what it was asked; fresh for each test of a file. */
export const sdkUnderTest = () => {
  const facade = fakeFacade();
  const initial = { attempt: facade.attempt };
  const errors: unknown[] = [];
  let server: SoapServer;
  let sdk: SdkCaller = { caller, secure: true };

  beforeAll(async () => {
    const handler = pfWsSdk({
      facade,
      waitMs: 1_000,
      publicUrl: 'http://127.0.0.1/',
      authenticate: async () => ({ kind: 'ok', caller: sdk }),
      onError: (fault) => errors.push(fault),
    });
    server = await startServer(handler);
  });
  afterAll(() => server.stop());
  beforeEach(() => {
    Object.assign(facade, {
      attempt: initial.attempt,
      users: [alice],
      writable: true,
      missingDevices: false,
    });
    facade.asked.length = 0;
    errors.length = 0;
    sdk = { caller, secure: true };
  });

  return {
    facade,
    /** What was thrown at it and not told to the caller. */
    errors,
    server: () => server,
    /** Who calls in this test from here on, where it is not an account that may do everything. */
    callAs(other: Partial<SdkCaller>): void {
      sdk = { caller, secure: true, ...other };
    },
    /** The children of an answer as text, without the wrapper. */
    async call(operation: string, children = ''): Promise<string> {
      const body = envelope(`<${operation} xmlns="urn:t">${children}</${operation}>`);
      const answer = await server.send({
        headers: { 'content-type': 'text/xml', authorization: basic('svc', 'p') },
        body,
      });
      expect([answer.status, errors]).toEqual([200, []]);
      const start = `<${operation}Response xmlns="urn:t">`;
      return answer.body.slice(
        answer.body.indexOf(start) + start.length,
        answer.body.indexOf(`</${operation}Response>`),
      );
    },
  };
};
