import { mobileLimits, readXml, type XmlElement } from '../api/xml/reader.ts';
import { NoInstructions, type Step } from './steps.ts';

/** Asks the caller's side for more instructions. */
export type Ask = (url: string, parameters: Readonly<Record<string, string>>) => Promise<string>;

const defaultTimeoutSeconds = 5;
const unlimitedKeys = 64;

/**
 * Reads what a call is to do. Only the verbs of a login are known; any other one is refused, so that a test sees it.
 * @throws {NoInstructions}
 */
export const readTwiml = (text: string, url: string, ask: Ask): readonly Step[] => {
  let root: XmlElement;
  try {
    root = readXml(text, mobileLimits);
  } catch (cause) {
    throw new NoInstructions('the answer is no XML', { cause });
  }
  if (root.name !== 'Response') throw new NoInstructions(`<${root.name}> is no <Response>`);
  return root.children.map((verb) => stepOf(verb, url, ask));
};

const stepOf = (verb: XmlElement, here: string, ask: Ask): Step => {
  const more = async (
    target: string,
    parameters: Readonly<Record<string, string>>,
  ): Promise<readonly Step[]> => {
    const url = new URL(target, here).href;
    return readTwiml(await ask(url, parameters), url, ask);
  };
  switch (verb.name) {
    case 'Say':
      return { kind: 'say', text: verb.text, language: verb.attributes.get('language') ?? '' };
    case 'Play':
      return { kind: 'play', url: verb.text.trim() };
    case 'Pause':
      return { kind: 'pause', seconds: numberOf(verb, 'length', 1) };
    case 'Hangup':
      return { kind: 'hangUp' };
    case 'Redirect':
      return { kind: 'goTo', steps: () => more(verb.text.trim(), {}) };
    case 'Gather':
      return {
        kind: 'gather',
        prompt: verb.children.map((child) => stepOf(child, here, ask)),
        maxKeys: numberOf(verb, 'numDigits', unlimitedKeys),
        finishOn: verb.attributes.get('finishOnKey') ?? '#',
        timeoutSeconds: numberOf(verb, 'timeout', defaultTimeoutSeconds),
        typed: (Digits) => more(verb.attributes.get('action') ?? here, { Digits }),
      };
    default:
      throw new NoInstructions(`<${verb.name}> is not known here`);
  }
};

const numberOf = (verb: XmlElement, name: string, otherwise: number): number => {
  const value = Number(verb.attributes.get(name) ?? otherwise);
  if (!Number.isFinite(value) || value < 0) throw new NoInstructions(`${name} is no number`);
  return value;
};
