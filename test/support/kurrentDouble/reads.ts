import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { ServerWritableStream } from '@grpc/grpc-js';
import shared from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/shared_pb.js';
import streams from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/streams_pb.js';
import { streamName } from './appends.ts';
import type { DoubleLog, DoubleRecord } from './records.ts';

type Call = ServerWritableStream<streams.ReadReq, streams.ReadResp>;

const ticksPerMs = 10_000n;

/** Streams.Read: a stream or $all, either way, once or as a subscription that goes on. */
export const read =
  (log: DoubleLog) =>
  async (call: Call): Promise<void> => {
    const options = call.request.getOptions();
    if (!options) {
      call.end();
      return;
    }
    const send = async (response: streams.ReadResp): Promise<void> => {
      if (!call.write(response) && !call.cancelled)
        await Promise.race([once(call, 'drain'), ended(call)]);
    };
    if (options.hasSubscription()) {
      await subscribe(log, call, options, send);
      return;
    }
    const name = streamName(options.getStream()?.getStreamIdentifier());
    const records = options.hasAll() ? log.all : log.of(name);
    if (options.hasStream() && records.length === 0) {
      const missing = new streams.ReadResp.StreamNotFound();
      missing.setStreamIdentifier(options.getStream()?.getStreamIdentifier());
      await send(new streams.ReadResp().setStreamNotFound(missing));
    }
    const isBackwards =
      options.getReadDirection() === streams.ReadReq.Options.ReadDirection.BACKWARDS;
    const first = startOf(options, records, isBackwards);
    const passes = filterOf(options);
    let left = BigInt(options.getCount() || '0');
    for (let at = first; left > 0n && at >= 0 && at < records.length; at += isBackwards ? -1 : 1) {
      const record = records[at];
      if (call.cancelled) break;
      if (!record || !passes(record)) continue;
      left -= 1n;
      await send(eventOf(record, options));
    }
    call.end();
  };

async function subscribe(
  log: DoubleLog,
  call: Call,
  options: streams.ReadReq.Options,
  send: (response: streams.ReadResp) => Promise<void>,
): Promise<void> {
  const passes = filterOf(options);
  const position = options.getAll()?.getPosition()?.getCommitPosition();
  const after = position === undefined ? -1n : BigInt(position);
  let at = options.getAll()?.hasEnd()
    ? log.all.length
    : log.all.findIndex((r) => r.position > after);
  if (at < 0) at = log.all.length;
  let news = Promise.withResolvers<void>();
  const silence = log.onWritten(() => news.resolve());
  const confirmation = new streams.ReadResp.SubscriptionConfirmation();
  confirmation.setSubscriptionId(randomUUID());
  await send(new streams.ReadResp().setConfirmation(confirmation));
  let isBehind = true;
  while (!call.cancelled && !call.destroyed) {
    news = Promise.withResolvers();
    const records = log.all;
    for (; at < records.length; at++) {
      const record = records[at];
      if (record && passes(record)) await send(eventOf(record, options));
    }
    const last = records.at(-1);
    if (last && options.hasFilter()) {
      const checkpoint = new streams.ReadResp.Checkpoint();
      checkpoint.setCommitPosition(`${last.position}`);
      checkpoint.setPreparePosition(`${last.position}`);
      await send(new streams.ReadResp().setCheckpoint(checkpoint));
    }
    if (isBehind) await send(new streams.ReadResp().setCaughtUp(new streams.ReadResp.CaughtUp()));
    isBehind = false;
    if (records.length === at) await Promise.race([news.promise, ended(call)]);
  }
  silence();
}

const endings = new WeakMap<Call, Promise<unknown>>();
/** Resolves when nobody listens any more. */
function ended(call: Call): Promise<unknown> {
  const known = endings.get(call);
  if (known) return known;
  const ending = Promise.race([once(call, 'cancelled'), once(call, 'close'), once(call, 'finish')]);
  endings.set(call, ending);
  return ending;
}

function startOf(
  options: streams.ReadReq.Options,
  records: readonly DoubleRecord[],
  isBackwards: boolean,
): number {
  const place = options.getStream() ?? options.getAll();
  if (place?.hasStart()) return isBackwards ? -1 : 0;
  if (place?.hasEnd()) return isBackwards ? records.length - 1 : records.length;
  if (options.hasStream()) return Number(options.getStream()?.getRevision() ?? 0);
  const from = BigInt(options.getAll()?.getPosition()?.getCommitPosition() ?? '0');
  if (isBackwards) return records.findLastIndex(({ position }) => position < from);
  const found = records.findIndex(({ position }) => position >= from);
  return found < 0 ? records.length : found;
}

function filterOf(options: streams.ReadReq.Options): (record: DoubleRecord) => boolean {
  const filter = options.getFilter();
  const expression = filter?.getStreamIdentifier() ?? filter?.getEventType();
  if (!expression) return () => true;
  const key = filter?.hasStreamIdentifier() ? 'stream' : 'type';
  const prefixes = expression.getPrefixList();
  if (prefixes.length > 0)
    return (record) => prefixes.some((prefix) => record[key].startsWith(prefix));
  const pattern = new RegExp(expression.getRegex());
  return (record) => pattern.test(record[key]);
}

function eventOf(record: DoubleRecord, options: streams.ReadReq.Options): streams.ReadResp {
  const recorded = new streams.ReadResp.ReadEvent.RecordedEvent();
  recorded.setId(uuidOf(record.id, options.getUuidOption()?.hasStructured() ?? false));
  const identifier = new shared.StreamIdentifier();
  identifier.setStreamName(Buffer.from(record.stream).toString('base64'));
  recorded.setStreamIdentifier(identifier);
  recorded.setStreamRevision(`${record.revision}`);
  recorded.setCommitPosition(`${record.position}`);
  recorded.setPreparePosition(`${record.position}`);
  recorded.getMetadataMap().set('type', record.type);
  recorded.getMetadataMap().set('content-type', record.contentType);
  recorded.getMetadataMap().set('created', `${BigInt(record.createdMs) * ticksPerMs}`);
  recorded.setData(record.data);
  recorded.setCustomMetadata(record.metadata);
  const event = new streams.ReadResp.ReadEvent();
  event.setEvent(recorded);
  event.setCommitPosition(`${record.position}`);
  return new streams.ReadResp().setEvent(event);
}

function uuidOf(id: string, isStructured: boolean): shared.UUID {
  const uuid = new shared.UUID();
  if (!isStructured) return uuid.setString(id);
  const hex = id.replaceAll('-', '');
  const structured = new shared.UUID.Structured();
  structured.setMostSignificantBits(`${BigInt.asIntN(64, BigInt(`0x${hex.slice(0, 16)}`))}`);
  structured.setLeastSignificantBits(`${BigInt.asIntN(64, BigInt(`0x${hex.slice(16)}`))}`);
  return uuid.setStructured(structured);
}
