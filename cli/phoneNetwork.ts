import type { Command } from 'commander';
import type { PhoneNetwork } from '../phonenet/server.ts';
import type { CallLine, CallRecord, Change } from '../phonenet/records.ts';
import { UsageFault } from './fault.ts';
import { details, say } from './output.ts';

type Options = {
  readonly port: string;
  readonly state?: string;
  readonly textsUrl?: string;
  readonly secondMs: string;
  readonly json?: boolean;
};

const defaultPort = '8090';

/** `countersign phone-network`: telephone networks and their customers' interface, for trials and tests. */
export const addPhoneNetwork = (program: Command): void => {
  program
    .command('phone-network')
    .description('a simulated telephone network for trials: a double, no phone rings anywhere')
    .option('--port <port>', 'port on 127.0.0.1; 0 takes any free one', defaultPort)
    .option('--state <file>', 'keeps phones, calls and texts in this file')
    .option('--texts-url <url>', 'where texts that phones send are posted')
    .option('--second-ms <ms>', 'how long a second of this network lasts', '1000')
    .option('--json', 'print JSON, one record a line')
    .action(run);
};

const run = async (options: Options): Promise<void> => {
  const { startPhoneNetwork } = await import('../phonenet/server.ts');
  const network = await startPhoneNetwork({
    port: wholeNumber('--port', options.port, 65_535),
    secondMs: wholeNumber('--second-ms', options.secondMs, 60_000),
    ...(options.state === undefined ? {} : { stateFile: options.state }),
    ...(options.textsUrl === undefined ? {} : { textsUrl: options.textsUrl }),
  });
  const { url, gatewayUrl, account, secret } = network;
  say(
    options.json
      ? JSON.stringify({ kind: 'started', double: true, url, gatewayUrl, account, secret })
      : welcome(network),
  );
  const print = printer();
  network.network.subscribe((change) => {
    if (options.json) say(JSON.stringify(change));
    else for (const line of print(change)) say(line);
  });
  await new Promise<void>((resolve) => {
    process.once('SIGINT', resolve).once('SIGTERM', resolve);
  });
  await network.close();
};

const wholeNumber = (option: string, text: string, max: number): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0 || value > max)
    throw new UsageFault(`${option} is a whole number up to ${max}`);
  return value;
};

const welcome = ({ url, gatewayUrl, account, secret }: PhoneNetwork): string =>
  [
    'This is a double of a telephone network: no phone rings anywhere.',
    details({
      'page with calls and texts': `${url}/`,
      'base address (twilio)': url,
      'base address (http)': gatewayUrl,
      account,
      secret,
    }),
  ].join('\n');

/** Tells what is new in a record, which is written anew at each change. */
const printer = (): ((change: Change) => readonly string[]) => {
  const told = new Map<string, { readonly status: string; readonly lines: number }>();
  return (change) => {
    switch (change.kind) {
      case 'call': {
        const { call } = change;
        const before = told.get(call.sid) ?? { status: '', lines: 0 };
        told.set(call.sid, { status: call.status, lines: call.lines.length });
        if (call.endedAt !== undefined) told.delete(call.sid);
        return [
          ...call.lines.slice(before.lines).map((line) => `call ${call.to}  ${lineText(line)}`),
          ...(call.status === before.status ? [] : [`call ${call.to}  ${statusText(call)}`]),
        ];
      }
      case 'text':
        return [
          `text ${change.text.from} > ${change.text.to}  ${JSON.stringify(change.text.body)}`,
        ];
      case 'phone':
        return [`phone ${change.number}  ${JSON.stringify(change.behaviour)}`];
      default:
        return [`texts to ${change.number} go to ${change.own.textsUrl}`];
    }
  };
};

const statusText = ({ status, answeredBy }: CallRecord): string =>
  status === 'in-progress' ? `answered by a ${answeredBy ?? 'person'}` : status;

const lineText = (line: CallLine): string => {
  switch (line.kind) {
    case 'heard':
      return `hears ${JSON.stringify(line.text)}`;
    case 'played':
      return `hears ${JSON.stringify(line.url)}`;
    case 'typed':
      return `types ${line.keys}`;
    case 'silence':
      return 'presses nothing';
    default:
      return `fault: ${JSON.stringify(line.text)}`;
  }
};
