import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Request, Response } from 'express';
import { callIdOf } from './call.ts';
import type { CallDoor } from '../facade/calls.ts';
import { KeyReused } from '../facade/keyReused.ts';
import { eventStream, eventStreams } from './eventStream.ts';
import { fingerprintOf, idempotencyRecords, type KeyedCall } from './idempotency.ts';
import { keyedLines } from './keyedLines.ts';
import type { RestLimits } from './limits.ts';
import { callsOnRecord } from './onRecord.ts';
import { problemBody, problemOf } from './problem.ts';
import type { Clock } from './rateLimit.ts';
import type { JsonAnswer, Operation, RawCall } from './route.ts';

type JsonOperation = Extract<Operation, { kind: 'json' }>;
type LineOperation = Extract<Operation, { kind: 'lines' }>;
type TextOperation = Extract<Operation, { kind: 'text' }>;
/** Whether the token that opened a stream still may. */
type StillAllowed = () => Promise<boolean>;

/** Where this interface tells of its own faults; a field is never a secret. */
export type RestLogger = {
  error(message: string, fields: Readonly<Record<string, unknown>>): void;
};

const sendJson = (response: Response, { status, body, headers }: JsonAnswer): void => {
  response.status(status).set(headers);
  if (body === undefined) response.end();
  else response.type('application/json').send(JSON.stringify(body));
};

const sendLines = async (
  lines: AsyncIterable<unknown>,
  response: Response,
  logger: RestLogger,
): Promise<void> => {
  const write = (line: unknown): void => {
    if (!response.headersSent) response.status(200).type('application/x-ndjson');
    response.write(`${JSON.stringify(line)}\n`);
  };
  try {
    for await (const line of lines) write(line);
  } catch (error) {
    if (!response.headersSent) throw error;
    // The status has gone out: the last line says how it ended.
    const { problem, ours } = problemOf(error);
    const callId = callIdOf(response);
    if (ours) logger.error('call failed', { callId, error });
    write({ problem: problemBody(problem, callId) });
  }
  response.end();
};

/** What fails half-way ends the connection: a file that looks whole must be whole. */
const sendText = async (
  operation: TextOperation,
  call: RawCall,
  response: Response,
): Promise<void> => {
  const { headers, chunks } = await operation.text(call);
  response.status(200).type(operation.mediaType).set(headers);
  await pipeline(Readable.from(chunks), response);
};

const sameCall = (request: Request, call: RawCall, key: string): KeyedCall => ({
  caller: call.principal.key,
  key,
  fingerprint: fingerprintOf(request, call),
});

/**
 * Runs one operation, at most once for an Idempotency-Key, and sends what it answers. Keys are known to this process, and
 * by `door` to all.
 */
export const answering = (
  clock: Clock,
  logger: RestLogger,
  limits: RestLimits,
  door: CallDoor | undefined,
) => {
  const sendStream = eventStreams(limits);
  const answered = idempotencyRecords<JsonAnswer>(clock);
  const seen = idempotencyRecords<true>(clock);

  const onRecord = door && callsOnRecord(door, logger);

  const linesOnce = keyedLines(clock);
  const linesOf = (
    operation: LineOperation,
    request: Request,
    call: RawCall,
  ): AsyncIterable<unknown> => {
    const { idempotencyKey: key } = call;
    if (key === undefined) return operation.lines(call);
    const same = sameCall(request, call, key);
    return linesOnce(same, () => onRecord?.lines(operation, call, same) ?? operation.lines(call));
  };

  const once = async (
    operation: JsonOperation,
    request: Request,
    call: RawCall,
  ): Promise<JsonAnswer> => {
    const { idempotencyKey: key } = call;
    if (key === undefined) return operation.answer(call);
    const same = sameCall(request, call, key);
    if (operation.idempotency !== 'passedDown')
      return await answered.once(
        same,
        () => onRecord?.answer(operation, call, same) ?? operation.answer(call),
      );
    // Only the same body may go on: the command itself meets the attempt that the key names.
    await seen.once(same, () => Promise.resolve(true));
    return await operation.answer(call).catch((error: unknown) => {
      if (error instanceof KeyReused) seen.forget(same);
      throw error;
    });
  };

  return async (
    operation: Operation,
    request: Request,
    response: Response,
    call: RawCall,
    stillAllowed: StillAllowed,
  ): Promise<void> => {
    const { orStream } = operation;
    if (operation.kind === 'stream')
      await sendStream(operation.stream, call, response, stillAllowed);
    else if (orStream && request.accepts(['json', eventStream]) === eventStream)
      await sendStream(orStream, call, response, stillAllowed);
    else if (operation.kind === 'lines')
      await sendLines(linesOf(operation, request, call), response, logger);
    else if (operation.kind === 'text') await sendText(operation, call, response);
    else sendJson(response, await once(operation, request, call));
  };
};
