import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import type { DataConverter, PayloadCodec } from '@temporalio/common';
import { Worker } from '@temporalio/worker';
import { workflowBundle } from '../../adapters/temporal/bundle.ts';
import { dataConverter, historyFile } from './engine.ts';

type Context = Parameters<PayloadCodec['encode']>[1];

const names = readdirSync(fileURLToPath(new URL('../histories', import.meta.url)))
  .filter((file) => file.endsWith('.json'))
  .map((file) => file.replace(/\.json$/, ''));

/** Payloads are sealed for the namespace that they were recorded in; a replay runs in one of its own. */
const recorded: DataConverter = {
  ...dataConverter,
  payloadCodecs: (dataConverter.payloadCodecs ?? []).map((codec) => ({
    encode: async (payloads, context) => await codec.encode(payloads, inDefault(context)),
    decode: async (payloads, context) => await codec.decode(payloads, inDefault(context)),
  })),
};

function inDefault(context: Context): Context {
  return context && { ...context, namespace: 'default' };
}

type History = {
  events: readonly { workflowExecutionStartedEventAttributes?: { workflowId: string } }[];
};

test.each(names)('REL-08 %s replays as it was recorded', async (name) => {
  const history = JSON.parse(readFileSync(historyFile(name), 'utf8')) as History;
  const { workflowId } = history.events[0]!.workflowExecutionStartedEventAttributes!;
  await Worker.runReplayHistory(
    { workflowBundle: await workflowBundle(), dataConverter: recorded },
    history,
    workflowId,
  );
});

test('REL-08 every workflow has histories to replay', () => {
  const types = new Set(names.map((name) => name.split('-')[0]));
  expect([...types].toSorted((a, b) => a!.localeCompare(b!))).toEqual([
    'activation',
    'approval',
    'authentication',
    'change',
    'delivery',
    'fraudReport',
    'mail',
    'oneTimeBypass',
    'tokenImport',
    'userBlock',
    'userExport',
    'userImport',
  ]);
});

test('REL-08 a history that does not fit the code is noticed', async () => {
  const text = readFileSync(historyFile('authentication-push-expired'), 'utf8');
  const { workflowId } = (JSON.parse(text) as History).events[0]!
    .workflowExecutionStartedEventAttributes!;
  const altered = JSON.parse(
    text.replaceAll('EVENT_TYPE_TIMER_STARTED', 'EVENT_TYPE_TIMER_CANCELED'),
  ) as History;
  const options = { workflowBundle: await workflowBundle(), dataConverter: recorded };
  await expect(Worker.runReplayHistory(options, altered, workflowId)).rejects.toThrow('');
});
