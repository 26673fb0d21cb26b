import type { VoiceScript } from '../../domain/voice.ts';
import { eventIdOf, turnOf, type ProvenCall, type TelephonyFacade } from './call.ts';
import {
  gatewayReasons,
  gatewayScript,
  gatewayStatus,
  gatewayText,
  gatewayVoice,
} from './gateway.ts';
import { telephonyFrontLimits as limits } from './limits.ts';
import { formOf } from './proof.ts';
import { spokenLines } from './spoken.ts';
import { emptyTwiml, twiml } from './twiml.ts';
import { statusEvent, voiceEvent } from './twilioEvents.ts';

export type Answer = { readonly type: string; readonly body: string };

/** How one kind of provider is understood and answered, once it has proved who it is. */
export type Answers = {
  /** A call asks what to do. */
  readonly voice: (call: ProvenCall, body: string) => Promise<Answer>;
  /** A call tells how it ended. */
  readonly status: (call: ProvenCall, body: string) => Promise<Answer>;
  /** A text came in. */
  readonly text: (body: string) => Promise<Answer>;
};

const xml = (body: string): Answer => ({ type: 'text/xml; charset=utf-8', body });
const json = (content: unknown): Answer => ({
  type: 'application/json; charset=utf-8',
  body: JSON.stringify(content),
});

const number = /^\+[1-9]\d{6,14}$/;

export const answersFor = (
  { commands, queries }: TelephonyFacade,
  recordingsUrl: () => string,
): Readonly<Record<'twilio' | 'http', Answers>> => {
  const spoken = (script: VoiceScript) => spokenLines(script, queries, recordingsUrl());
  /** Senders without a number of their own cannot be anybody's phone. */
  const received = async (text: { from: string; body: string; messageId: string }) => {
    if (number.test(text.from))
      await commands.textReceived({ ...text, body: text.body.slice(0, limits.textLength) });
  };
  return {
    twilio: {
      voice: async (call, body) => {
        const form = formOf(body);
        const event = voiceEvent(form, call.step, call.silent);
        const eventId = eventIdOf(form.get('CallSid') ?? '', call.step, event);
        const script = await commands.callEvent({ ...identity(call), eventId, event });
        return xml(twiml(turnOf(call, script), await spoken(script)));
      },
      status: async (call, body) => {
        const form = formOf(body);
        const event = statusEvent(form);
        const eventId = `${form.get('CallSid') ?? ''}/end`;
        if (event) await commands.callEvent({ ...identity(call), eventId, event });
        return xml(emptyTwiml);
      },
      text: async (body) => {
        const form = formOf(body);
        await received({
          from: form.get('From') ?? '',
          body: form.get('Body') ?? '',
          messageId: form.get('MessageSid') ?? '',
        });
        return xml(emptyTwiml);
      },
    },
    http: {
      voice: async (call, body) => {
        const { callId, event } = gatewayVoice.parse(JSON.parse(body));
        const eventId = eventIdOf(callId, call.step, event);
        const script = await commands.callEvent({ ...identity(call), eventId, event });
        return json(gatewayScript(turnOf(call, script), await spoken(script)));
      },
      status: async (call, body) => {
        const { callId, status } = gatewayStatus.parse(JSON.parse(body));
        const event = { kind: 'ended', reason: gatewayReasons[status] } as const;
        await commands.callEvent({ ...identity(call), eventId: `${callId}/end`, event });
        return json({});
      },
      text: async (body) => {
        const { messageId, from, body: text } = gatewayText.parse(JSON.parse(body));
        await received({ from, body: text, messageId });
        return json({});
      },
    },
  };
};

const identity = ({ requestId, which }: ProvenCall) => ({ requestId, which });
