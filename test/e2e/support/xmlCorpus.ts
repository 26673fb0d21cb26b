import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readPfWsSdk } from '../../../api/soap/pfWsSdk.ts';
import { sdkPath } from './sdk.ts';

/** One message that was right before it was mutated. */
export type XmlSeed = { readonly path: string; readonly body: string };

type Vectors = {
  readonly requests: readonly {
    readonly service: 'soap' | 'pad';
    readonly inputs: readonly string[];
  }[];
};

const vectorsFile = fileURLToPath(new URL('../../wire/mobile-vectors.json', import.meta.url));
const envelope = 'http://schemas.xmlsoap.org/soap/envelope/';

/** Every operation of the SDK's contract, and every message that phones send. */
export const xmlCorpus = (): readonly XmlSeed[] => {
  const { namespace, operations } = readPfWsSdk();
  const sdk = [...operations.values()].map(({ name, inputs }) => {
    const children = inputs.map(
      (input) => `<${input.name}>${input.type.kind === 'boolean' ? 'true' : '1'}</${input.name}>`,
    );
    const call = `<${name} xmlns="${namespace}">${children.join('')}</${name}>`;
    return {
      path: sdkPath,
      body: `<soap:Envelope xmlns:soap="${envelope}"><soap:Body>${call}</soap:Body></soap:Envelope>`,
    };
  });
  const { requests } = JSON.parse(readFileSync(vectorsFile, 'utf8')) as Vectors;
  const phones = requests.flatMap(({ service, inputs }) =>
    inputs.map((body) => ({ path: service === 'pad' ? '/pa/pad' : '/pa/PfPaWs.asmx', body })),
  );
  return [...sdk, ...phones];
};

export const xmlMarks: readonly string[] = [
  '<soap:Body>',
  '</soap:Body>',
  '<![CDATA[',
  ']]>',
  '<!--',
  '-->',
  '&#x',
  '&amp;',
  '&x;',
  'xmlns=""',
  'xsi:nil="true"',
  '<!DOCTYPE a [',
  '<!ENTITY a "b">',
  '__proto__',
  '4294967296',
  '\0',
];
