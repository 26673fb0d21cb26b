import type { RejectVector } from './mobileVectors.ts';

/** The bytes of a refused body, made where the vector only tells how. */
export const bodyOf = ({ xml, generate }: RejectVector): Buffer => {
  if (generate === undefined) return Buffer.from(xml ?? '');
  switch (generate.kind) {
    case 'base64':
      return Buffer.from(generate.data, 'base64');
    case 'nest': {
      const { depth, element, inside } = generate;
      const nested = `<${element}>`.repeat(depth) + `</${element}>`.repeat(depth);
      return Buffer.from(insideRoot(inside, nested));
    }
    case 'repeat':
      return Buffer.from(insideRoot(generate.inside, generate.text.repeat(generate.count)));
    case 'padTo': {
      const missing = generate.bytes - Buffer.byteLength(generate.inside);
      return Buffer.from(insideRoot(generate.inside, ' '.repeat(missing)));
    }
  }
};

const insideRoot = (document: string, added: string): string => {
  const end = document.lastIndexOf('</');
  return document.slice(0, end) + added + document.slice(end);
};
