import type { Aggregates } from './aggregates.ts';
import { factIds } from './facts.ts';
import type { Ports } from './ports.ts';

/**
 * The name under which a person is told by mail of what a step changed; undefined where mails to people are off, so that
 * an import of many starts nothing that would end at once.
 */
export const toldAs = async (
  ports: Ports,
  aggregates: Aggregates,
  step: string,
  stream: string,
): Promise<string | undefined> => {
  const { settings } = (await aggregates.configuration()).state;
  return settings.sendMailToUsers ? factIds(ports, step, stream, 1)[0] : undefined;
};

/** The same for the text to the old phone; undefined where no provider texts, or texts to people are off. */
export const textedAs = async (
  ports: Ports,
  aggregates: Aggregates,
  step: string,
  stream: string,
): Promise<string | undefined> => {
  const { settings, items } = (await aggregates.configuration()).state;
  const canText = [...items.telephonyProvider.values()].some(({ texts }) => texts);
  return settings.sendTextsToUsers && canText ? factIds(ports, step, stream, 1)[0] : undefined;
};
