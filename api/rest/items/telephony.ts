import { z } from 'zod';
import { voiceMessageTypes } from '../../../domain/items/telephony.ts';
import { line } from '../fields.ts';
import * as field from './fields.ts';

export const telephonyProvider = z.strictObject({
  type: z.enum(['twilio', 'http']),
  baseUrl: field.url,
  account: line(128),
  secret: field.secret(),
  secretSet: field.secretIsSet,
  from: field.e164,
  order: z.int().min(0).max(1000),
  texts: z.boolean(),
  calls: z.boolean(),
});

const fromUpload = { readOnly: true, description: 'From the upload of the audio; ignored here.' };

export const voiceMessage = z.strictObject({
  message: z.enum(voiceMessageTypes),
  language: field.language,
  application: field.application.exactOptional(),
  contentType: z.enum(['audio/wav', 'audio/mpeg']).exactOptional().meta(fromUpload),
  audio: z.string().max(64).exactOptional().meta(fromUpload),
});
