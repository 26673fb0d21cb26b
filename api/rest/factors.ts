import { z } from 'zod';
import type { Facade } from '../facade.ts';
import * as field from './fields.ts';
import { route, type Operation } from './route.ts';
import { userPath } from './users.ts';

/** Devices that a user answers with, and their activation. */
export const factors = ({ commands }: Facade): readonly Operation[] => [
  route({
    method: 'post',
    path: '/users/{username}/activations',
    id: 'createActivation',
    summary: 'Make a code that activates one authenticator app',
    tag: 'devices',
    scope: 'devices.write',
    idempotency: 'remade',
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
      const { toString: qrCode } = await import('qrcode');
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
];
