// A receiver of webhooks that trusts nobody: it checks the signature of each message, takes each message once, and prints
// it as a line. Run it with the keys of the webhook: WEBHOOK_KEYS="k1=secret" node receiver.mjs --port 9099
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import { parseArgs } from 'node:util';

const maxSkewSeconds = 300;
const maxBodyBytes = 1024 * 1024;
const maxRemembered = 100_000;

/** Why a message is not to be believed; undefined where it is genuine. */
const faultOf = (headers, body, keys) => {
  const timestamp = headers['countersign-timestamp'] ?? '';
  const signature = /^keyId="([^"]+)",sha256="([0-9a-f]{64})"$/.exec(
    headers['countersign-signature'] ?? '',
  );
  if (!signature) return 'no signature';
  const [, keyId, given] = signature;
  const secret = keys.get(keyId);
  if (secret === undefined) return `unknown key ${keyId}`;
  const skew = Math.abs(Date.now() / 1000 - Number(timestamp));
  if (!(skew <= maxSkewSeconds)) return 'the time is off by more than 5 minutes';
  const right = createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest();
  return timingSafeEqual(Buffer.from(given, 'hex'), right) ? undefined : 'wrong signature';
};

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '9099' },
    /** Answers so many messages with 503 first. */
    fail: { type: 'string', default: '0' },
  },
});
const keys = new Map(
  (process.env.WEBHOOK_KEYS ?? '').split(',').map((pair) => {
    const at = pair.indexOf('=');
    return [pair.slice(0, at), pair.slice(at + 1)];
  }),
);
const seen = new Set();
let failures = Number(values.fail);

const say = (text) => process.stdout.write(`${text}\n`);

const bodyOf = async (request) => {
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > maxBodyBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};

const take = async (request) => {
  const body = await bodyOf(request);
  if (request.method !== 'POST' || body === undefined) return 400;
  const fault = faultOf(request.headers, body, keys);
  if (fault !== undefined) {
    say(`refused: ${fault}`);
    return 401;
  }
  if (failures > 0) {
    failures -= 1;
    return 503;
  }
  const { id, type, data } = JSON.parse(body.toString());
  // The same message may come twice, where our answer to the first one got lost.
  if (seen.has(id)) return 200;
  seen.add(id);
  if (seen.size > maxRemembered) seen.delete(seen.values().next().value);
  say(`${type} ${id} ${JSON.stringify(data)}`);
  return 204;
};

createServer((request, response) => {
  void take(request)
    .catch(() => 400)
    .then((status) => response.writeHead(status).end());
}).listen(Number(values.port), '127.0.0.1', () => say(`listening on ${values.port}`));
