import { readFileSync } from 'node:fs';

type Service = 'soap' | 'pad';
type Fields = Record<string, unknown>;
type Http = {
  path: string;
  contentType: string;
  soapAction?: string;
  headers?: Record<string, string>;
};

/** How a refused body is made where it is too long to be written out. */
export type Generate =
  | { kind: 'base64'; data: string }
  | { kind: 'nest'; depth: number; element: string; inside: string }
  | { kind: 'repeat'; count: number; text: string; inside: string }
  | { kind: 'padTo'; bytes: number; inside: string };

export type RejectVector = {
  id: string;
  service: Service;
  expect: { http: number | number[]; soapCode?: number; padErrorId?: number; fault?: string };
  xml?: string;
  generate?: Generate;
  headers?: Record<string, string>;
};

type Vectors = {
  requests: {
    id: string;
    service: Service;
    parsed: Fields;
    canonical: string;
    inputs: string[];
    http?: Http;
  }[];
  responses: { id: string; service: Service; fields: Fields; xml: string }[];
  rejects: RejectVector[];
  oath: {
    id: string;
    secret: string;
    secretHex: string;
    time: number;
    digits: number;
    period: number;
    counter: string;
    code: string;
  }[];
  oathProof: { id: string; secret: string; counter: string; proof: string }[];
  oathCheck: {
    id: string;
    secret: string;
    serverTime: number;
    storedDrift: number;
    lastCounter: string | null;
    window: number;
    code: string;
    result: string;
    newDrift?: number;
  }[];
  hashes: { id: string; text: string; sha256: string }[];
  qr: { id: string; uri: string; ok: boolean; code?: string; url?: string; soapUrl?: string }[];
  padUrl: { push: string; post: string }[];
  pushClassify: { push: Record<string, string>; action: string }[];
};

/** The published vectors of contracts/mobile-app.md, byte for byte. */
export const mobileVectors = JSON.parse(
  readFileSync(new URL('mobile-vectors.json', import.meta.url), 'utf8'),
) as Vectors;
