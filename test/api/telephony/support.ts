import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import type { TelephonyCommands, TelephonyQueries } from '../../../api/facade/telephony.ts';
import { telephonyService } from '../../../api/telephony/service.ts';
import type { OpenProvider } from '../../../domain/items/telephony.ts';
import type { CallEvent, VoiceScript } from '../../../domain/voice.ts';
import { closeAfterwards } from '../../phonenet/support.ts';

export const requestId = '0123456789ABCDEF0123456789ABCDEF';

export const script = (more: Partial<VoiceScript> = {}): VoiceScript => ({
  language: 'en',
  application: 'Payroll',
  lines: [{ kind: 'message', message: 'greetingStandard' }],
  next: { kind: 'key', timeoutSeconds: 5 },
  ...more,
});
export const goodbye = script({
  lines: [{ kind: 'message', message: 'succeeded' }],
  next: { kind: 'hangUp' },
});

type Call = Parameters<TelephonyCommands['callEvent']>[0];
type Text = Parameters<TelephonyCommands['textReceived']>[0];

/** A front end on this machine with a facade that writes down what it hears. */
export const frontEnd = async (
  options: {
    readonly providers?: readonly OpenProvider[];
    readonly next?: (event: CallEvent, call: Call) => VoiceScript;
    readonly recording?: TelephonyQueries['recording'];
    readonly clock?: () => number;
  } = {},
) => {
  const calls: Call[] = [];
  const texts: Text[] = [];
  const errors: unknown[] = [];
  let providers = options.providers ?? [];
  const folder = mkdtempSync(join(tmpdir(), 'countersign-recordings-'));
  let url = '';
  const app = express().use(
    telephonyService({
      facade: {
        commands: {
          callEvent: async (call) => {
            calls.push(call);
            return options.next?.(call.event, call) ?? goodbye;
          },
          textReceived: async (text) => void texts.push(text),
        },
        queries: {
          telephonyProviders: async () => providers,
          recording: options.recording ?? (async () => undefined),
        },
      },
      publicUrl: () => url,
      recordings: folder,
      onError: (error) => errors.push(error),
      ...(options.clock === undefined ? {} : { clock: options.clock }),
    }),
  );
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  closeAfterwards({
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
      rmSync(folder, { recursive: true, force: true });
    },
  });
  return {
    url,
    folder,
    calls,
    texts,
    errors,
    setProviders: (changed: readonly OpenProvider[]) => (providers = changed),
  };
};
