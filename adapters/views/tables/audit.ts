import type { Sealed } from '../../../domain/sealed.ts';

export type AuditLineRow = {
  position: number;
  at: string;
  type: string;
  actorKind: string;
  actorId: string;
  onBehalfOfSealed: Sealed | null;
  userId: string | null;
  requestId: string | null;
  channel: string;
  address: string;
  stream: string;
  correlationId: string | null;
  /** JSON: texts and `[kind, id]` pairs, whose names are looked up when the line is read. */
  summary: string;
};

/** Whom a stream without a user id in each event is about. */
export type AuditSubjectRow = { stream: string; userId: string };

/** How far a projection has read. Written in the same transaction as its rows. */
export type CheckpointRow = { projection: string; version: number; position: number };
