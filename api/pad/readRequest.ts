import { randomUUID } from 'node:crypto';
import { mobileLimits, readXml, XmlRefused, type XmlElement } from '../xml/reader.ts';
import { requiredChild } from './fields.ts';
import type { PadEnvelope, PadRequest } from './message.ts';
import { readMessage } from './readMessage.ts';
import { FieldRefused, padRefusal, padStatus, refuseField, type PadRefusal } from './refusal.ts';

export type PadReading =
  | { readonly kind: 'request'; readonly request: PadRequest }
  /** `status` 400 where the document itself breaks contracts/mobile-app.md section 3. */
  | { readonly kind: 'refused'; readonly status: number; readonly refusal: PadRefusal };

/** Reads one `pfpMessage` request. A missing or bad request id is replaced by a new one. */
export const readPadRequest = (body: string | Buffer): PadReading => {
  let requestId: string = randomUUID();
  try {
    const root = readXml(body, mobileLimits);
    if (root.name !== 'pfpMessage') refuseField();
    const request = requiredChild(root, 'request');
    requestId = requestIdOf(request) ?? requestId;
    const envelope = { version: versionOf(root), requestId, language: languageOf(request) };
    return { kind: 'request', request: readOnlyMessage(request, envelope) };
  } catch (error) {
    if (error instanceof XmlRefused) {
      return { kind: 'refused', status: 400, refusal: padRefusal(requestId, 9001) };
    }
    if (!(error instanceof FieldRefused)) throw error;
    const { errorId } = error;
    return { kind: 'refused', status: padStatus(errorId), refusal: padRefusal(requestId, errorId) };
  }
};

const readOnlyMessage = (request: XmlElement, envelope: PadEnvelope): PadRequest => {
  const [message] = request.children;
  if (message === undefined || request.children.length > 1) return refuseField();
  return readMessage(message, envelope);
};

const requestIdOf = (request: XmlElement): string | undefined => {
  const id = request.attributes.get('request-id') ?? '';
  return /^[A-Za-z0-9-]{1,64}$/.test(id) ? id : undefined;
};

const versionOf = (root: XmlElement): string => {
  const version = root.attributes.get('version')?.trim() ?? refuseField();
  return /^1\.\d{1,3}$/.test(version) ? version : refuseField(9008);
};

const defaultLanguage = 'en';

const languageOf = (request: XmlElement): string => {
  const language = request.attributes.get('language')?.trim() ?? '';
  return language.length <= 35 && /^[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*$/.test(language)
    ? language
    : defaultLanguage;
};
