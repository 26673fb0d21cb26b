import { z } from 'zod';
import { Unavailable, type Facade } from '../facade.ts';
import * as field from './fields.ts';
import { Problem } from './problem.ts';
import { route, type Operation } from './route.ts';

const checkpointReply = z.object({
  size: z.int().meta({ description: 'How many events it is about, from the first on.' }),
  note: z.string().meta({ description: 'Signed note of the form C2SP tlog-checkpoint.' }),
});
const keyReply = z.object({
  keyId: z.string(),
  verifier: z.string().meta({ description: 'Public key of the form C2SP signed-note.' }),
});
const proofReply = z.object({
  position: z.int(),
  type: z.string(),
  size: z.int(),
  proof: z.string().meta({ description: 'The event and its proof, of the form C2SP tlog-proof.' }),
});
export type CheckpointReply = z.output<typeof checkpointReply>;
export type LedgerKeyReply = z.output<typeof keyReply>;
export type ProofReply = z.output<typeof proofReply>;

const tag = 'audit';

/** The ledger: signed checkpoints over the log, and proofs that an event is under one. */
export const ledger = ({ ledger: door }: Facade): readonly Operation[] => {
  const opened = (): NonNullable<typeof door> => {
    if (!door) throw new Unavailable('this process has no ledger');
    return door;
  };
  return [
    route({
      method: 'post',
      path: '/audit/checkpoints',
      id: 'signCheckpoint',
      summary: 'Sign a checkpoint over the whole log now',
      tag,
      scope: 'settings.write',
      replies: { 201: checkpointReply },
      async run({ caller }, reply) {
        return reply(201, await opened().signCheckpoint(caller));
      },
    }),
    route({
      method: 'post',
      path: '/audit/ledger-keys',
      id: 'rotateLedgerKey',
      summary: 'Sign checkpoints with a new key from now on, which the old one vouches for',
      tag,
      scope: 'settings.write',
      replies: { 201: keyReply },
      async run({ caller }, reply) {
        const { keyId, verifier } = await opened().rotateKey(caller);
        return reply(201, { keyId, verifier });
      },
    }),
    route({
      method: 'get',
      path: '/audit/proofs/{eventId}',
      id: 'proveEvent',
      summary: 'Proof that an event is in the log, under the newest checkpoint',
      tag,
      scope: 'events.read',
      params: z.strictObject({ eventId: field.id }),
      replies: { 200: proofReply },
      async run({ params }, reply) {
        const proof = await opened().prove(params.eventId);
        if (!proof)
          throw new Problem(
            404,
            'NOT_FOUND',
            'There is no such event, or no checkpoint is over it yet.',
          );
        return reply(200, proof);
      },
    }),
  ];
};
