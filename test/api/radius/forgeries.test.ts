import { randomFillSync } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import {
  messageAuthenticatorOf,
  newAuthenticator,
  signReply,
  signRequest,
} from '../../../api/radius/authenticator.ts';
import { textAttribute, types } from '../../../api/radius/attributes.ts';
import type { TargetServer } from '../../../api/radius/clients.ts';
import { codes, decodePacket, type Attribute } from '../../../api/radius/packet.ts';
import { checkProof } from '../../../api/radius/proof.ts';
import { newProxyState } from '../../../api/radius/state.ts';
import { isAnswer } from '../../../api/radius/target.ts';
import { below, pick, randomOf } from '../../support/fuzz.ts';
import { count, seed } from '../../support/profile.ts';
import { client, peer, secret } from './handlerRig.ts';

/** Ten million take a few minutes. */
const patienceMs = 900_000;
const proofAt = 22;
const proofOctets = 16;

describe('requests', () => {
  const request = (): Buffer =>
    signRequest(
      { identifier: 1, attributes: [textAttribute(1, 'ann')] },
      newAuthenticator(),
      secret,
    );

  test('SEC-02 two proofs that make the same text are two proofs', () => {
    let pairs = 0;
    for (let run = count(2_000); run > 0; run -= 1) {
      const right = request();
      expect(messageAuthenticatorOf(decodePacket(right)!, secret)).toBe('valid');
      const proof = right.subarray(proofAt, proofAt + proofOctets);
      const text = proof.toString('utf8');
      for (let at = 0; at < proofOctets; at += 1) {
        // Octets that begin no character become the same replacement, whichever they are.
        const other = Buffer.from(proof);
        other[at] = proof[at] === 0xff ? 0xfe : 0xff;
        if (other.toString('utf8') !== text) continue;
        pairs += 1;
        const forged = Buffer.from(right);
        other.copy(forged, proofAt);
        expect(messageAuthenticatorOf(decodePacket(forged)!, secret)).toBe('invalid');
      }
    }
    expect(pairs).toBeGreaterThan(count(2_000));
  });

  test(
    'SEC-02 none of ten million forged proofs counts',
    () => {
      const proofs = [
        Buffer.alloc(proofOctets, 0xff),
        Buffer.from(`${'e180ff'.repeat(5)}e1`, 'hex'),
        Buffer.from(`${'e180'.repeat(7)}ffff`, 'hex'),
      ];
      const known = [client(), client({ messageAuthenticator: 'off', mustProve: () => false })];
      const octets = request();
      let accepted = 0;
      for (let run = count(10_000_000); run > 0; run -= 1) {
        randomFillSync(octets, 4, 16);
        proofs[run % 3]!.copy(octets, proofAt);
        const proof = checkProof(decodePacket(octets)!, known[run & 1]!, peer.address);
        if (proof.kind !== 'drop') accepted += 1;
      }
      expect(accepted).toBe(0);
    },
    patienceMs,
  );

  test('SEC-02 no digest becomes a text to be compared', () => {
    const folder = join(import.meta.dirname, '../../../api/radius');
    const texts = readdirSync(folder)
      .toSorted()
      .flatMap((file) =>
        readFileSync(join(folder, file), 'utf8')
          .split('\n')
          .filter((line) => /digest\([^)]|timingSafeEqual\([^)]*(?:toString|['`])/.test(line))
          .map((line) => `${file}: ${line.trim()}`),
      );
    // Names under which something is looked up.
    expect(texts).toEqual(["handler.ts: .digest('hex');"]);
    const digests = ['authenticator.ts', 'state.ts'].map((file) =>
      readFileSync(join(folder, file), 'utf8'),
    );
    for (const source of digests)
      expect(source).not.toMatch(/\.equals\(|[!=]==? *(?:md5|tagOf|proofOver)/);
  });
});

describe('answers of a target', () => {
  const server: TargetServer = {
    serverId: 'one',
    address: '127.0.0.1',
    port: 1812,
    accountingPort: 1813,
    timeoutSeconds: 5,
    messageAuthenticator: 'required',
    secret,
  };
  const trusting: TargetServer = { ...server, messageAuthenticator: 'off' };
  const sent = {
    authenticator: newAuthenticator(),
    identifier: 9,
    proxyState: newProxyState(secret),
  };
  const own = { type: types.proxyState, value: sent.proxyState };
  const reply = (
    code: number,
    identifier: number,
    attributes: readonly Attribute[],
    key = secret,
  ) => signReply({ code, identifier, attributes }, sent, key);
  const counts = (octets: Buffer, of = server): boolean => {
    const packet = decodePacket(octets);
    return packet !== undefined && isAnswer(packet, sent, of, false);
  };

  test('SEC-06 the right one counts, and nothing that differs in anything', () => {
    expect(counts(reply(codes.accessAccept, 9, [own]))).toBe(true);
    expect(counts(reply(codes.accessAccept, 9, []))).toBe(true);
    expect(counts(reply(codes.accessAccept, 8, [own]))).toBe(false);
    expect(counts(reply(codes.accountingResponse, 9, [own]))).toBe(false);
    expect(counts(reply(codes.accessAccept, 9, [own], Buffer.from('another')))).toBe(false);
    const foreign = { ...own, value: newProxyState(secret) };
    expect(counts(reply(codes.accessAccept, 9, [own, foreign]))).toBe(false);
  });

  test(
    'SEC-06 none of ten million forged replies counts',
    () => {
      const accept = reply(codes.accessAccept, 9, [own]);
      const originals = [accept, reply(codes.accessReject, 9, [own])];
      const random = randomOf(seed);
      let counted = 0;
      for (let run = count(10_000_000); run > 0; run -= 1) {
        const forged = Buffer.from(pick(random, originals));
        if (run % 4 === 0) {
          // An accept with all that can be known of it, and what proves it guessed.
          accept.copy(forged);
          randomFillSync(forged, 4, 16);
          if (run % 8 === 0) forged.fill(0xff, proofAt, proofAt + proofOctets);
        } else {
          const at = below(random, forged.length);
          forged[at] = forged[at]! ^ (1 + below(random, 255));
        }
        if (counts(forged, (run & 1) === 0 ? server : trusting)) counted += 1;
      }
      expect(counted).toBe(0);
    },
    patienceMs,
  );
});
