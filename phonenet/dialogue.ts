import { assertNever } from '../domain/errors.ts';
import { readGatewayScript } from './gatewayScript.ts';
import { postAsGateway, postAsTwilio } from './post.ts';
import type { CallRecord, OwnNumber, TextRecord } from './records.ts';
import type { Step } from './steps.ts';
import { readTwiml } from './twiml.ts';

/** What the caller's side is told, in the words of its protocol. */
export type Dialogue = {
  readonly answered: (call: CallRecord) => Promise<readonly Step[]>;
  readonly ended: (call: CallRecord) => Promise<void>;
};

export type Account = { readonly account: string; readonly secret: string };

/** Twilio's word for who answered (AnsweredBy). */
export const answeredByWord = { person: 'human', machine: 'machine_start' } as const;

export const dialogueOf = (
  call: CallRecord,
  { account, secret }: Account,
  repeats: boolean,
): Dialogue => {
  const { voiceUrl, statusUrl, protocol, sid } = call;
  const twice = async (send: () => Promise<string>): Promise<string> => {
    const answer = await send();
    if (repeats) await send();
    return answer;
  };
  switch (protocol) {
    case 'twilio': {
      const common = ({ status, answeredBy, to, from }: CallRecord) => ({
        CallSid: sid,
        AccountSid: account,
        ApiVersion: '2010-04-01',
        Direction: 'outbound-api',
        CallStatus: status,
        To: to,
        From: from,
        ...(answeredBy === undefined ? {} : { AnsweredBy: answeredByWord[answeredBy] }),
      });
      return {
        answered: async (now) => {
          const ask = (url: string, parameters: Readonly<Record<string, string>>) =>
            twice(() => postAsTwilio(secret, url, { ...common(now), ...parameters }));
          return readTwiml(await ask(voiceUrl, {}), voiceUrl, ask);
        },
        ended: async (now) => {
          if (statusUrl !== undefined)
            await twice(() => postAsTwilio(secret, statusUrl, common(now)));
        },
      };
    }
    case 'gateway': {
      const tell = (url: string, event: unknown) =>
        twice(() => postAsGateway(secret, url, { callId: sid, event }));
      return {
        answered: async ({ answeredBy: by }) => {
          return readGatewayScript(await tell(voiceUrl, { kind: 'answered', by }), tell);
        },
        ended: async ({ status, answeredBy }) => {
          if (statusUrl === undefined) return;
          const said = answeredBy === 'machine' && status === 'completed' ? 'voicemail' : status;
          await twice(() => postAsGateway(secret, statusUrl, { callId: sid, status: said }));
        },
      };
    }
    default:
      return assertNever(protocol);
  }
};

/** Hands over a text that a phone has sent. */
export const deliverText = async (
  text: TextRecord,
  own: OwnNumber,
  { account, secret }: Account,
): Promise<void> => {
  const { sid, from, to, body } = text;
  if (own.protocol === 'gateway')
    await postAsGateway(secret, own.textsUrl, { messageId: sid, from, to, body });
  else
    await postAsTwilio(secret, own.textsUrl, {
      MessageSid: sid,
      AccountSid: account,
      From: from,
      To: to,
      Body: body,
      NumMedia: '0',
      NumSegments: '1',
      ApiVersion: '2010-04-01',
    });
};
