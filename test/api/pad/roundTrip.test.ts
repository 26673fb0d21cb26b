import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { PadRequest } from '../../../api/pad/message.ts';
import { notificationTypes } from '../../../api/pad/message.ts';
import { readPadRequest } from '../../../api/pad/readRequest.ts';
import { readPadResponse } from '../../../api/pad/readResponse.ts';
import { padErrors } from '../../../api/pad/refusal.ts';
import { writePadRequest } from '../../../api/pad/writeRequest.ts';
import { writePadResponse } from '../../../api/pad/writeResponse.ts';
import { anyText } from '../../support/anyText.ts';
import { count, seed } from '../../support/profile.ts';

/** Text as the reader keeps it: plain, trimmed, no longer than it may be. */
const plain = (maxLength: number) =>
  fc
    .string({ unit: 'grapheme', maxLength })
    .map((text) => text.replaceAll(/[\p{Cc}\u202A-\u202E\u2066-\u2069]/gu, '').trim())
    .filter((text) => Array.from(text).length <= maxLength);
const token = fc.stringMatching(/^[\x21-\x7e]{16,60}$/);
const proof = fc.stringMatching(/^(?:[0-9A-F]{40})?$/);
const counter = fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }).map(String);
const envelope = {
  version: fc.constantFrom('1.5', '1.6', '1.10'),
  requestId: fc.stringMatching(/^[A-Za-z0-9-]{1,64}$/),
  language: fc.constantFrom('en', 'de-AT', 'zh-Hant-TW'),
};
const context = fc.record({
  guid: fc.uuid(),
  oathCode: proof,
  deviceToken: token,
  version: plain(64),
  osVersion: plain(64),
  needDosPreventer: fc.boolean(),
});
const versions = { appVersion: plain(64), osVersion: plain(64) };
const optional = (fields: Record<string, fc.Arbitrary<unknown>>) =>
  fc.record(fields, { requiredKeys: [] });
const notificationType = fc.constantFrom(...notificationTypes);
const circumstances = optional({
  oathCounter: counter,
  completedInteractively: fc.boolean(),
  isAppLockUsed: fc.boolean(),
  appState: plain(64),
});

const merged = (...parts: fc.Arbitrary<object>[]): fc.Arbitrary<PadRequest> =>
  fc.tuple(...parts).map((made) => Object.assign({}, ...made) as PadRequest);

const requests = fc.oneof(
  merged(
    fc.record({
      message: fc.constant('phoneAppAuthenticationResultRequest'),
      ...envelope,
      context,
      authenticationResult: fc.constantFrom(1, 2, 3),
    }),
    fc.oneof(fc.constant({}), fc.record({ newDeviceToken: token, notificationType })),
    circumstances,
  ),
  merged(
    fc.record({
      message: fc.constant('phoneAppPinValidationRequest'),
      ...envelope,
      context,
      pin: fc.stringMatching(/^[0-9]{4,10}$/),
      pinStored: fc.boolean(),
      authenticate: fc.boolean(),
      selectedEntropyNumber: fc.option(fc.stringMatching(/^[0-9]{1,2}$/)),
    }),
    circumstances,
  ),
  merged(
    fc.record({
      message: fc.constant('phoneAppStartDeviceTokenChangeV2Request'),
      ...envelope,
      ...versions,
      newDeviceToken: token,
      notificationType,
      appPackageName: plain(200),
      authenticatorFlavor: plain(200),
    }),
  ),
  merged(
    fc.record({
      message: fc.constant('phoneAppValidateDeviceTokenRequest'),
      ...envelope,
      context,
      validationResult: fc.boolean(),
      accounts: fc.array(
        fc.record({
          groupKey: fc.stringMatching(/^[0-9a-f]{32}$/),
          username: plain(200),
          azureObjectId: fc.uuid(),
          oathCode: proof,
          azureTenantId: fc.uuid(),
        }),
        { maxLength: 20 },
      ),
    }),
  ),
);

test('a request that is written reads as it was', () => {
  fc.assert(
    fc.property(requests, (request) => {
      expect(readPadRequest(writePadRequest(request))).toEqual({ kind: 'request', request });
    }),
    { seed, numRuns: count(10_000) },
  );
});

test('SEC-19 names of Object.prototype are no messages, no fields and no keys', () => {
  const names = Object.getOwnPropertyNames(Object.prototype);
  const before = names.length;
  fc.assert(
    fc.property(fc.constantFrom(...names), (name) => {
      const xml = `<pfpMessage version="1.6"><request request-id="a" ${name}="x"><${name} ${name}="1"/></request></pfpMessage>`;
      expect(readPadRequest(xml)).toMatchObject({ kind: 'refused', refusal: { errorId: 9004 } });
    }),
    { seed, numRuns: count(2_000) },
  );
  expect(Object.getOwnPropertyNames(Object.prototype)).toHaveLength(before);
});

test('whatever arrives is read or refused with a known number, never an exception', () => {
  const bodies = fc.oneof(
    anyText(),
    fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  );
  fc.assert(
    fc.property(bodies, (body) => {
      const reading = readPadRequest(body);
      const known = reading.kind === 'request' || reading.refusal.errorId in padErrors;
      expect(known).toBe(true);
    }),
    { seed, numRuns: count(10_000) },
  );
});

test('details that are written read as they were', () => {
  const details = optional({
    guid: fc.uuid(),
    accountName: plain(100),
    applicationName: plain(100),
    clientAddress: plain(60),
    oathCounter: counter,
  });
  fc.assert(
    fc.property(details, (made) => {
      const reply = {
        message: 'phoneAppAuthenticationResponse',
        requestId: 'r',
        details: made,
      } as const;
      expect(readPadResponse(writePadResponse(reply))).toEqual(reply);
    }),
    { seed, numRuns: count(2_000) },
  );
});
