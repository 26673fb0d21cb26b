import { toString as qrCode } from 'qrcode';
import { z } from 'zod';
import type { Facade } from '../facade.ts';
import * as field from './fields.ts';
import { route, type Operation } from './route.ts';
import { userPath } from './users.ts';

/** RFC 4648 base32 of at least 80 bits, in either case, with or without padding. */
const base32Secret = z
  .string()
  .regex(/^[A-Za-z2-7]{16,256}=*$/, 'must be base32 of at least 80 bits')
  .max(262);

/** What a user answers with: devices, their activation, and OATH tokens. */
export const factors = ({ commands }: Facade): readonly Operation[] => [
  route({
    method: 'post',
    path: '/users/{username}/activations',
    id: 'createActivation',
    summary: 'Make a code that activates one authenticator app',
    tag: 'devices',
    scope: 'devices.write',
    params: userPath,
    replies: {
      201: z.object({
        activationId: z.string(),
        code: z.string(),
        url: z.string(),
        link: z.string(),
        qr: z.string().meta({ description: 'The link as a picture: an SVG data URL.' }),
        expiresAt: field.instant,
      }),
    },
    async run({ params, caller }, reply) {
      const activation = await commands.createActivation(caller, params.username);
      const svg = await qrCode(activation.link, { type: 'svg', errorCorrectionLevel: 'M' });
      const qr = `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`;
      return reply(201, { ...activation, qr });
    },
  }),
  route({
    method: 'delete',
    path: '/users/{username}/devices/{deviceId}',
    id: 'removeDevice',
    summary: 'Remove a device; it answers nothing any more',
    tag: 'devices',
    scope: 'devices.write',
    params: userPath.extend({ deviceId: field.id }),
    replies: { 204: field.noContent },
    async run({ params, caller }, reply) {
      await commands.removeDevice(caller, params.username, params.deviceId);
      return reply(204, undefined);
    },
  }),
  route({
    method: 'post',
    path: '/users/{username}/tokens',
    id: 'assignToken',
    summary: 'Assign an OATH token; a secret that the server makes is in this answer only',
    tag: 'tokens',
    scope: 'tokens.write',
    params: userPath,
    body: z.strictObject({
      secret: base32Secret.exactOptional(),
      serial: field.line(64).exactOptional(),
      digits: z.literal([6, 8]).exactOptional(),
      periodSeconds: z.literal([30, 60]).exactOptional(),
    }),
    replies: {
      201: z.object({
        tokenId: z.string(),
        serial: z.string(),
        secret: z.string().optional(),
        otpauth: z.string().optional(),
      }),
    },
    async run({ params, body, caller }, reply) {
      return reply(201, await commands.assignOathToken(caller, params.username, body));
    },
  }),
  route({
    method: 'delete',
    path: '/users/{username}/tokens/{tokenId}',
    id: 'removeToken',
    summary: 'Take an OATH token away',
    tag: 'tokens',
    scope: 'tokens.write',
    params: userPath.extend({ tokenId: field.id }),
    replies: { 204: field.noContent },
    async run({ params, caller }, reply) {
      await commands.removeOathToken(caller, params.username, params.tokenId);
      return reply(204, undefined);
    },
  }),
];
