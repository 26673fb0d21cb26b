import {
  Metadata,
  status as codes,
  type ServerReadableStream,
  type ServerUnaryCall,
  type sendUnaryData,
} from '@grpc/grpc-js';
import status from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/status_pb.js';
import errors from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v2/streams/errors_pb.js';
import streams from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v2/streams/streams_pb.js';
import any from 'google-protobuf/google/protobuf/any_pb.js';
import { anyRevision, type Conflict, type DoubleLog, type Part, type Proposed } from './records.ts';

const proposed = (record: streams.AppendRecord): Proposed => {
  const properties: Record<string, unknown> = {};
  record.getPropertiesMap().forEach((value, key) => {
    properties[key] = value.toJavaScript();
  });
  return {
    id: record.getRecordId() ?? '',
    type: record.getSchema()?.getName() ?? '',
    contentType:
      record.getSchema()?.getFormat() === streams.SchemaFormat.SCHEMA_FORMAT_JSON
        ? 'application/json'
        : 'application/octet-stream',
    data: record.getData_asB64(),
    metadata: Buffer.from(JSON.stringify(properties)).toString('base64'),
  };
};

/** StreamsService.AppendSession: one message a stream, all or nothing. */
export const appendSession =
  (log: DoubleLog) =>
  (
    call: ServerReadableStream<streams.AppendRequest, streams.AppendSessionResponse>,
    answer: sendUnaryData<streams.AppendSessionResponse>,
  ): void => {
    const parts: Part[] = [];
    call.on('data', (request: streams.AppendRequest) => {
      parts.push({
        stream: request.getStream(),
        expected: Number(request.getExpectedRevision() ?? anyRevision),
        events: request.getRecordsList().map(proposed),
      });
    });
    const finish = async (): Promise<void> => {
      if (new Set(parts.map(({ stream }) => stream)).size < parts.length)
        return answer({ code: codes.ABORTED, details: 'a stream stands twice in one session' });
      if (parts.some(({ events }) => events.length === 0))
        return answer({ code: codes.INVALID_ARGUMENT, details: 'a request has no records' });
      const outcome = await log.append(parts);
      if (outcome.kind === 'conflict') return answer(conflictOf(outcome.conflicts[0]));
      const response = new streams.AppendSessionResponse();
      response.setOutputList(
        parts.map(({ stream }) => {
          const output = new streams.AppendResponse();
          output.setStream(stream);
          output.setStreamRevision(`${outcome.revisions.get(stream)}`);
          return output;
        }),
      );
      response.setPosition(`${outcome.position}`);
      return answer(null, response);
    };
    call.on('end', () => void finish());
  };

/** StreamsService.AppendRecords: records in the order of the log, checks apart from them. */
export const appendRecords =
  (log: DoubleLog) =>
  async (
    call: ServerUnaryCall<streams.AppendRecordsRequest, streams.AppendRecordsResponse>,
    answer: sendUnaryData<streams.AppendRecordsResponse>,
  ): Promise<void> => {
    const parts = call.request.getRecordsList().map((record) => ({
      stream: record.getStream(),
      expected: anyRevision,
      events: [proposed(record)],
    }));
    const checks = call.request.getChecksList().map((check) => ({
      stream: check.getStreamState()?.getStream() ?? '',
      expected: Number(check.getStreamState()?.getExpectedState() ?? anyRevision),
    }));
    const outcome = await log.append(parts, checks);
    if (outcome.kind === 'conflict') {
      answer(violationOf(outcome.conflicts));
      return;
    }
    const response = new streams.AppendRecordsResponse();
    response.setRevisionsList(
      [...outcome.revisions].map(([stream, revision]) => {
        const output = new streams.StreamRevision();
        output.setStream(stream);
        output.setRevision(`${revision}`);
        return output;
      }),
    );
    response.setPosition(`${outcome.position}`);
    answer(null, response);
  };

const fault = (name: string, details: { serializeBinary(): Uint8Array }) => {
  const packed = new any.Any();
  packed.pack(details.serializeBinary(), `kurrentdb.protocol.v2.streams.errors.${name}`);
  const full = new status.Status();
  full.setMessage(name);
  full.setDetails(packed);
  const metadata = new Metadata();
  metadata.set('grpc-status-details-bin', Buffer.from(full.serializeBinary()));
  return { code: codes.FAILED_PRECONDITION, details: name, metadata };
};

function conflictOf(conflict: Conflict | undefined) {
  const details = new errors.StreamRevisionConflictErrorDetails();
  details.setStream(conflict?.stream ?? '');
  details.setExpectedRevision(`${conflict?.expected}`);
  details.setActualRevision(`${conflict?.actual}`);
  return fault('StreamRevisionConflictErrorDetails', details);
}

function violationOf(conflicts: readonly Conflict[]) {
  const details = new errors.AppendConsistencyViolationErrorDetails();
  details.setViolationsList(
    conflicts.map(({ stream, expected, actual }, index) => {
      const state = new errors.ConsistencyViolation.StreamStateViolation();
      state.setStream(stream);
      state.setExpectedState(`${expected}`);
      state.setActualState(`${actual}`);
      const violation = new errors.ConsistencyViolation();
      violation.setCheckIndex(index);
      violation.setStreamState(state);
      return violation;
    }),
  );
  return fault('AppendConsistencyViolationErrorDetails', details);
}
