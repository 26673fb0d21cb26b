import type { ServerDuplexStream, ServerReadableStream, sendUnaryData } from '@grpc/grpc-js';
import shared from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/shared_pb.js';
import status from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/status_pb.js';
import streams from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/streams_pb.js';
import any from 'google-protobuf/google/protobuf/any_pb.js';
import empty from 'google-protobuf/google/protobuf/empty_pb.js';
import { anyRevision, noStream, streamExists, type DoubleLog, type Proposed } from './records.ts';

export const streamName = (identifier: { getStreamName_asU8(): Uint8Array } | undefined): string =>
  Buffer.from(identifier?.getStreamName_asU8() ?? []).toString('utf8');

type Message = streams.AppendReq.ProposedMessage | streams.BatchAppendReq.ProposedMessage;

const proposed = (message: Message): Proposed => ({
  id: message.getId()?.getString() ?? '',
  type: message.getMetadataMap().get('type') ?? '',
  contentType: message.getMetadataMap().get('content-type') ?? '',
  data: message.getData_asB64(),
  metadata: message.getCustomMetadata_asB64(),
});

/** Streams.Append: options first, then one event a message. */
export const append =
  (log: DoubleLog) =>
  (
    call: ServerReadableStream<streams.AppendReq, streams.AppendResp>,
    answer: sendUnaryData<streams.AppendResp>,
  ): void => {
    let options: streams.AppendReq.Options | undefined;
    const events: Proposed[] = [];
    call.on('data', (request: streams.AppendReq) => {
      options ??= request.getOptions();
      const message = request.getProposedMessage();
      if (message) events.push(proposed(message));
    });
    const finish = async (): Promise<void> => {
      const stream = streamName(options?.getStreamIdentifier());
      const outcome = await log.append([{ stream, expected: expectedOf(options), events }]);
      const response = new streams.AppendResp();
      if (outcome.kind === 'done') {
        const position = new streams.AppendResp.Position();
        position.setCommitPosition(`${outcome.position}`);
        position.setPreparePosition(`${outcome.position}`);
        const success = new streams.AppendResp.Success();
        success.setCurrentRevision(`${outcome.revisions.get(stream)}`);
        success.setPosition(position);
        response.setSuccess(success);
      } else {
        const [conflict] = outcome.conflicts;
        const wrong = new streams.AppendResp.WrongExpectedVersion();
        if (conflict && conflict.actual >= 0) wrong.setCurrentRevision(`${conflict.actual}`);
        else wrong.setCurrentNoStream(new shared.Empty());
        if (conflict && conflict.expected >= 0) wrong.setExpectedRevision(`${conflict.expected}`);
        else wrong.setExpectedNoStream(new shared.Empty());
        response.setWrongExpectedVersion(wrong);
      }
      answer(null, response);
    };
    call.on('end', () => void finish());
  };

/** Streams.BatchAppend: many appends on one call, each answered by its correlation id. */
export const batchAppend =
  (log: DoubleLog) =>
  (call: ServerDuplexStream<streams.BatchAppendReq, streams.BatchAppendResp>): void => {
    const open = new Map<string, { options: streams.BatchAppendReq.Options; events: Proposed[] }>();
    const take = async (request: streams.BatchAppendReq): Promise<void> => {
      const correlation = request.getCorrelationId()?.getString() ?? '';
      const options = request.getOptions();
      const batch = open.get(correlation) ?? (options && { options, events: [] });
      if (!batch) return;
      open.set(correlation, batch);
      batch.events.push(...request.getProposedMessagesList().map(proposed));
      if (!request.getIsFinal()) return;
      open.delete(correlation);
      const stream = streamName(batch.options.getStreamIdentifier());
      const expected = expectedOf(batch.options);
      const outcome = await log.append([{ stream, expected, events: batch.events }]);
      const response = new streams.BatchAppendResp();
      response.setCorrelationId(request.getCorrelationId());
      response.setStreamIdentifier(batch.options.getStreamIdentifier());
      if (outcome.kind === 'done') {
        const position = new shared.AllStreamPosition();
        position.setCommitPosition(`${outcome.position}`);
        position.setPreparePosition(`${outcome.position}`);
        const success = new streams.BatchAppendResp.Success();
        success.setCurrentRevision(`${outcome.revisions.get(stream)}`);
        success.setPosition(position);
        response.setSuccess(success);
      } else {
        const wrong = new shared.WrongExpectedVersion();
        const actual = outcome.conflicts[0]?.actual ?? noStream;
        if (actual >= 0) wrong.setCurrentStreamRevision(`${actual}`);
        else wrong.setCurrentNoStream(new empty.Empty());
        if (expected >= 0) wrong.setExpectedStreamPosition(`${expected}`);
        else wrong.setExpectedNoStream(new empty.Empty());
        const details = new any.Any();
        details.pack(wrong.serializeBinary(), 'event_store.client.WrongExpectedVersion');
        const error = new status.Status();
        error.setMessage('WrongExpectedVersion');
        error.setDetails(details);
        response.setError(error);
      }
      call.write(response);
    };
    call.on('data', (request: streams.BatchAppendReq) => void take(request));
    call.on('end', () => call.end());
  };

function expectedOf(
  options: streams.AppendReq.Options | streams.BatchAppendReq.Options | undefined,
): number {
  if (!options || options.hasAny()) return anyRevision;
  if (options.hasNoStream()) return noStream;
  if (options.hasStreamExists()) return streamExists;
  return Number('getRevision' in options ? options.getRevision() : options.getStreamPosition());
}
