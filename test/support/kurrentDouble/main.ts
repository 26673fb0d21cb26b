/**
 * A DOUBLE of a KurrentDB server: it speaks as much of KurrentDB's gRPC protocol as the event store's adapter uses, over
 * the service definitions that KurrentDB's own client generates, and keeps what it is given in one file. It is there so
 * that the adapter's tests run where no KurrentDB can be installed, and is used for nothing else: no cluster, no access
 * control, no projections, no scavenging. Tests against a real server: KURRENTDB_URL.
 *
 * Usage: main.ts FILE [PORT] [VERSION]. Prints `{"port":…}` when ready. VERSION decides, as with the real thing, what it
 * can do: 26.1 everything, 25.1 no checks beside appends, 24.10 one stream an append.
 */
import { subscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { Server, ServerCredentials, type sendUnaryData, type ServerUnaryCall } from '@grpc/grpc-js';
import featuresGrpc from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/serverfeatures_grpc_pb.js';
import features from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/serverfeatures_pb.js';
import gossipGrpc from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/gossip_grpc_pb.js';
import gossip from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/gossip_pb.js';
import shared from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/shared_pb.js';
import streamsGrpc from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/streams_grpc_pb.js';
import sessionsGrpc from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v2/streams/streams_grpc_pb.js';
import { append, batchAppend } from './appends.ts';
import { read } from './reads.ts';
import { openRecords } from './records.ts';
import { appendRecords, appendSession } from './sessions.ts';

// Small answers go out at once, as the real server's do.
subscribe('net.server.socket', (message) => {
  (message as { socket: Socket }).socket.setNoDelay(true);
});

const [file = '', askedPort = '0', version = '26.1'] = process.argv.slice(2);
const largestMessage = 17 * 1024 * 1024;
const log = openRecords(file);
const server = new Server({ 'grpc.max_receive_message_length': largestMessage });
const serveRead = read(log);
const serveRecords = appendRecords(log);
type ReadCall = Parameters<typeof serveRead>[0];
type RecordsCall = Parameters<typeof serveRecords>[0];
type RecordsAnswer = Parameters<typeof serveRecords>[1];
const has = (since: number): boolean => Number.parseFloat(version) >= since;

server.addService(streamsGrpc.StreamsService, {
  read: (call: ReadCall) => void serveRead(call),
  append: append(log),
  batchAppend: batchAppend(log),
});
server.addService(sessionsGrpc.StreamsServiceService, {
  ...(has(25.1) ? { appendSession: appendSession(log) } : {}),
  ...(has(26.1)
    ? {
        appendRecords: (call: RecordsCall, answer: RecordsAnswer) =>
          void serveRecords(call, answer),
      }
    : {}),
});

const streamsName = 'event_store.client.streams.Streams';
const sessionsName = 'kurrentdb.protocol.v2.streams.StreamsService';
const methods: [service: string, method: string, features: string[]][] = [
  [streamsName, 'append', []],
  [streamsName, 'batchappend', ['deadline_duration']],
  [streamsName, 'read', ['position', 'events']],
  ...(has(25.1) ? [[sessionsName, 'appendsession', []] satisfies [string, string, string[]]] : []),
  ...(has(26.1) ? [[sessionsName, 'appendrecords', []] satisfies [string, string, string[]]] : []),
];
server.addService(featuresGrpc.ServerFeaturesService, {
  getSupportedMethods(
    _: ServerUnaryCall<shared.Empty, features.SupportedMethods>,
    answer: sendUnaryData<features.SupportedMethods>,
  ) {
    const supported = new features.SupportedMethods();
    supported.setEventStoreServerVersion(`${version}.0-double`);
    supported.setMethodsList(
      methods.map(([service, name, known]) => {
        const method = new features.SupportedMethod();
        method.setServiceName(service);
        method.setMethodName(name);
        method.setFeaturesList(known);
        return method;
      }),
    );
    answer(null, supported);
  },
});
server.addService(gossipGrpc.GossipService, {
  read(
    _: ServerUnaryCall<shared.Empty, gossip.ClusterInfo>,
    answer: sendUnaryData<gossip.ClusterInfo>,
  ) {
    const endpoint = new gossip.EndPoint();
    endpoint.setAddress('127.0.0.1');
    endpoint.setPort(port);
    const member = new gossip.MemberInfo();
    member.setInstanceId(new shared.UUID().setString('00000000-0000-0000-0000-000000000001'));
    member.setState(gossip.MemberInfo.VNodeState.LEADER);
    member.setIsAlive(true);
    member.setHttpEndPoint(endpoint);
    answer(null, new gossip.ClusterInfo().setMembersList([member]));
  },
});

const port = await new Promise<number>((resolve, reject) => {
  server.bindAsync(`127.0.0.1:${askedPort}`, ServerCredentials.createInsecure(), (error, bound) =>
    error ? reject(error) : resolve(bound),
  );
});
process.stdout.write(`${JSON.stringify({ port })}\n`);
// The end of whoever started this one is its own.
process.stdin.on('end', () => process.exit()).resume();
