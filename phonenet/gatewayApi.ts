import express, { type Request, type Response, type Router } from 'express';
import { z } from 'zod';
import { numberPattern } from './behaviour.ts';
import type { Account } from './dialogue.ts';
import { faultWhenAsked, withFault, type FaultWords } from './faults.ts';
import type { Network } from './network.ts';

const refuse = (response: Response, status: number, error: string): void => {
  response.status(status).json({ error });
};

const words: FaultWords = {
  broken: (response) => refuse(response, 500, 'broken'),
  unavailable: (response) => refuse(response, 503, 'unavailable'),
  invalid: (response) => refuse(response, 422, 'invalid-phone'),
};

const common = {
  reference: z.string().regex(/^[A-Za-z0-9-]{1,64}$/),
  to: z.string().regex(numberPattern),
  from: z.string().regex(numberPattern),
};
const textSchema = z.strictObject({ ...common, text: z.string().min(1).max(1_600) });
const callSchema = z.strictObject({
  ...common,
  callUrl: z.url(),
  statusUrl: z.url(),
  extension: z.string().max(32).default(''),
});

/** The gateway of docs/how-to/phone.md: the same reference never contacts anybody twice. */
export const gatewayApi = (network: Network, { secret }: Account): Router => {
  const router = express.Router();
  const contactOf = (reference: string) =>
    [...network.calls(), ...network.texts()].find((contact) => contact.reference === reference);

  router.use((request, response, next) => {
    if (request.headers.authorization === `Bearer ${secret}`) next();
    else refuse(response, 401, 'unauthorized');
  });
  router.use(express.json({ limit: '64kb' }));
  /** @param place puts the contact on record, and tells its id */
  const take = (
    { reference, to }: { readonly reference: string; readonly to: string },
    call: { readonly request: Request; readonly response: Response },
    place: () => { readonly sid: string },
  ): void => {
    if (call.request.headers['idempotency-key'] !== reference)
      return refuse(call.response, 400, 'idempotency-key');
    withFault(network.behaviourOf(to), call, words, () => ({
      contactId: (contactOf(reference) ?? place()).sid,
    }));
  };
  router.post('/texts', (request, response) => {
    const { success, data } = textSchema.safeParse(request.body);
    if (!success) return refuse(response, 400, 'body');
    const { text: body, ...rest } = data;
    take(data, { request, response }, () =>
      network.sendText({ ...rest, body, protocol: 'gateway' }),
    );
  });
  router.post('/calls', (request, response) => {
    const { success, data } = callSchema.safeParse(request.body);
    if (!success) return refuse(response, 400, 'body');
    const { callUrl: voiceUrl, ...rest } = data;
    take(data, { request, response }, () =>
      network.placeCall({ ...rest, voiceUrl, protocol: 'gateway' }),
    );
  });
  router.get('/contacts/:reference', ({ params }, response) => {
    const contact = contactOf(params.reference);
    if (faultWhenAsked(network.phones().get(contact?.to ?? ''), response, words)) return;
    if (contact === undefined) refuse(response, 404, 'unknown-reference');
    else response.json({ contactId: contact.sid });
  });
  return router;
};
