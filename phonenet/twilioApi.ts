import express, { type Request, type Response, type Router } from 'express';
import { numberPattern } from './behaviour.ts';
import type { Account } from './dialogue.ts';
import { faultWhenAsked, withFault, type FaultWords } from './faults.ts';
import type { Network } from './network.ts';
import { callJson, matches, messageJson, pageJson } from './twilioRecords.ts';

const refuse = (response: Response, status: number, code: number, message: string): void => {
  response.status(status).json({
    code,
    message,
    more_info: `https://www.twilio.com/docs/errors/${code}`,
    status,
  });
};

const words: FaultWords = {
  broken: (response) => refuse(response, 500, 20_500, 'Internal Server Error'),
  unavailable: (response) => refuse(response, 503, 20_503, 'Service Unavailable'),
  invalid: (response) => refuse(response, 400, 21_211, "The 'To' number is not valid."),
};

const maxFormBytes = '64kb';
const maxTextLength = 1_600;

/** The part of Twilio's 2010-04-01 that a login needs: make, list and show calls and messages. */
export const twilioApi = (network: Network, { account, secret }: Account): Router => {
  const router = express.Router();
  const base = `/2010-04-01/Accounts/${account}`;
  const basic = `Basic ${Buffer.from(`${account}:${secret}`).toString('base64')}`;
  router.use('/2010-04-01', (request, response, next) => {
    if (request.headers.authorization === basic) next();
    else refuse(response, 401, 20_003, 'Authenticate');
  });
  router.use('/2010-04-01', express.urlencoded({ extended: false, limit: maxFormBytes }));

  router.post(`${base}/Calls.json`, (request, response) => {
    const field = fieldsOf(request);
    const [to, from] = [field('To'), field('From')];
    if (!numberPattern.test(to)) return words.invalid(response);
    if (!numberPattern.test(from))
      return refuse(response, 400, 21_212, "The 'From' number is not valid.");
    if (!URL.canParse(field('Url'))) return refuse(response, 400, 21_205, 'Url is not valid.');
    const statusUrl = field('StatusCallback');
    withFault(network.behaviourOf(to), { request, response }, words, () =>
      callJson(
        account,
        network.placeCall({
          protocol: 'twilio',
          to,
          from,
          extension: field('SendDigits').replaceAll('w', ''),
          voiceUrl: field('Url'),
          ...(statusUrl === '' ? {} : { statusUrl }),
        }),
      ),
    );
  });
  router.post(`${base}/Messages.json`, (request, response) => {
    const field = fieldsOf(request);
    const [to, from, body] = [field('To'), field('From'), field('Body')];
    if (!numberPattern.test(to)) return words.invalid(response);
    if (!numberPattern.test(from))
      return refuse(response, 400, 21_212, "The 'From' number is not valid.");
    if (body === '') return refuse(response, 400, 21_602, 'Message body is required.');
    if (body.length > maxTextLength) return refuse(response, 400, 21_617, 'The body is too long.');
    withFault(network.behaviourOf(to), { request, response }, words, () =>
      messageJson(account, network.sendText({ protocol: 'twilio', to, from, body })),
    );
  });

  router.get(`${base}/Calls.json`, (request, response) => {
    const query = queryOf(request);
    if (faultWhenAsked(network.phones().get(query.get('To') ?? ''), response, words)) return;
    const rows = network.calls().filter((call) => matches(call, query, 'StartTime'));
    const shown = rows.toReversed().map((call) => callJson(account, call));
    response.json(pageJson('calls', `${base}/Calls.json`, shown, query));
  });
  router.get(`${base}/Messages.json`, (request, response) => {
    const query = queryOf(request);
    if (faultWhenAsked(network.phones().get(query.get('To') ?? ''), response, words)) return;
    const rows = network.texts().filter((text) => matches(text, query, 'DateSent'));
    const shown = rows.toReversed().map((text) => messageJson(account, text));
    response.json(pageJson('messages', `${base}/Messages.json`, shown, query));
  });
  router.get(`${base}/Calls/:sid.json`, ({ params }, response) => {
    const call = network.calls().find(({ sid }) => sid === params.sid);
    if (call === undefined) refuse(response, 404, 20_404, 'The call was not found.');
    else response.json(callJson(account, call));
  });
  router.get(`${base}/Messages/:sid.json`, ({ params }, response) => {
    const text = network.texts().find(({ sid }) => sid === params.sid);
    if (text === undefined) refuse(response, 404, 20_404, 'The message was not found.');
    else response.json(messageJson(account, text));
  });
  return router;
};

const fieldsOf = (request: Request): ((name: string) => string) => {
  const body: unknown = request.body;
  return (name) => {
    const value: unknown =
      typeof body === 'object' && body !== null ? Reflect.get(body, name) : undefined;
    return typeof value === 'string' ? value : '';
  };
};

const queryOf = ({ url }: Request): URLSearchParams =>
  new URLSearchParams(url.includes('?') ? url.slice(url.indexOf('?')) : '');
