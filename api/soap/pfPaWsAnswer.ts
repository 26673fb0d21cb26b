import { present } from '../../domain/present.ts';
import { mobileLimits, readXml, XmlRefused, type XmlElement } from '../xml/reader.ts';
import type { PfPaWsOperation, PfPaWsResponse } from './pfPaWsMessages.ts';

/** An answer that is none of this protocol: a fault, a proxy's page, another service. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

/**
 * Reads the answer to a call, as the headless phone does.
 * @throws {NoAnswer}
 */
export const readPfPaWsResponse = (body: string | Buffer, op: PfPaWsOperation): PfPaWsResponse => {
  const answer = answerOf(body, `${op}Response`);
  const result = textOf(answer, `${op}Result`);
  if (op === 'TestPfWsSdkConnection') return { op, result };
  const error = childOf(answer, 'error');
  if (result !== 'true') {
    const errorDescription = textOf(error, 'Description');
    return { op, result: false, errorCode: Number(textOf(error, 'Code')), errorDescription };
  }
  const success = { result: true, errorCode: 0, errorDescription: '' } as const;
  if (op === 'ConfirmActivation') {
    return { op, ...success, phoneAppDetailId: optionalText(answer, 'phoneAppDetailId') ?? '' };
  }
  const info = childOf(answer, 'activationInfo');
  return {
    op,
    ...success,
    username: textOf(info, 'Username'),
    tenantId: textOf(info, 'TenantId'),
    azureObjectId: textOf(info, 'AzureObjectId'),
    confirmationCode: textOf(info, 'ConfirmationCode'),
    ...present({ oathTokenSecretKey: optionalText(info, 'OathTokenSecretKey') }),
    oathTokenEnabled: textOf(info, 'OathTokenEnabled') === 'true',
    phoneAppDetailId: optionalText(info, 'PhoneAppDetailId') ?? '',
    groupKey: optionalText(info, 'GroupKey') ?? '',
  };
};

const answerOf = (body: string | Buffer, name: string): XmlElement => {
  try {
    return childOf(childOf(readXml(body, mobileLimits), 'Body'), name);
  } catch (error) {
    if (error instanceof XmlRefused) throw new NoAnswer('the answer is not XML', { cause: error });
    throw error;
  }
};

const childOf = (parent: XmlElement, name: string): XmlElement => {
  const found = parent.children.find((candidate) => candidate.name === name);
  if (found === undefined) throw new NoAnswer(`the answer holds no ${name}`);
  return found;
};

const textOf = (parent: XmlElement, name: string): string => childOf(parent, name).text.trim();

const optionalText = (parent: XmlElement, name: string): string | undefined =>
  parent.children.find((candidate) => candidate.name === name)?.text.trim();
