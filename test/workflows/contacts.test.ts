import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { ContactUncertain } from '../../adapters/telephony/port.ts';
import { authenticationStream, oneTimeBypassStream, userStream } from '../../domain/ids.ts';
import type { CallEvent } from '../../domain/voice.ts';
import { hearCallUpdate, submitCodeUpdate } from '../../workflows/contracts.ts';
import { addPerson, callable, openInput, origin, sealForRequest } from '../activities/people.ts';
import { attemptsIn } from './attempts.ts';
import { keepHistory, startEngine, typesOf, type Engine } from './engine.ts';
import { until } from '../e2e/support/until.ts';

jest.setTimeout(60_000);
let engine: Engine;
beforeAll(async () => void (engine = await startEngine()), 60_000);
afterAll(async () => await engine.stop(), 30_000);

const { start, ended, changeUser } = attemptsIn(() => engine);
const contacted = () => engine.world.telephony.contacted;

const asking = async (method: 'call' | 'sms', more: Parameters<typeof callable>[2] = {}) => {
  contacted().length = 0;
  const person = await callable(engine.node, method, more);
  const input = await openInput(engine.node, person);
  const stream = authenticationStream(input.requestId);
  const handle = await start(input);
  await engine.onRecord(stream, 'AuthenticationContactAccepted');
  const hear = async (event: CallEvent, which: 'primary' | 'backup' = 'primary') =>
    await handle.executeUpdate(hearCallUpdate, {
      args: [
        {
          which,
          event: event.kind === 'keys' ? { kind: 'keys' } : event,
          ...(event.kind === 'keys'
            ? { digits: await sealForRequest(engine.node, input.requestId, 'digits', event.digits) }
            : {}),
        },
      ],
    });
  return { person, input, stream, handle, hear };
};

describe('a call', () => {
  test('is confirmed', async () => {
    const call = await asking('call');
    await call.hear({ kind: 'answered', by: 'person' });
    const script = await call.hear({ kind: 'keys', digits: '#' });
    expect(script).toMatchObject({ lines: [{ message: 'succeeded' }], next: { kind: 'hangUp' } });
    await call.handle.result();
    expect(await ended(call.stream)).toBe('APPROVED');
    await keepHistory('authentication-call-confirmed', call.handle);
  });

  test('goes to the backup phone with a deadline of its own', async () => {
    const call = await asking('call', { backup: true });
    await call.hear({ kind: 'ended', reason: 'busy' });
    await until('the second call', () => contacted().length === 2);
    expect(contacted().map(({ which }) => which)).toEqual(['primary', 'backup']);
    await call.hear({ kind: 'answered', by: 'person' }, 'backup');
    await call.hear({ kind: 'keys', digits: '#' }, 'backup');
    await call.handle.result();
    expect(await ended(call.stream)).toBe('APPROVED');
    await keepHistory('authentication-call-backup', call.handle);
  });

  test('that nobody ends is over at its deadline', async () => {
    const call = await asking('call');
    await engine.untilEnd(call.handle);
    expect(await ended(call.stream)).toBe('NO_RESPONSE');
    await keepHistory('authentication-call-expired', call.handle);
  });

  test('REL-10 whose provider cannot say whether it happened is tried until the deadline, and contacts nobody twice', async () => {
    const usual = engine.world.telephony.answer;
    let tries = 0;
    engine.world.telephony.answer = () => {
      tries += 1;
      throw new ContactUncertain('away');
    };
    const person = await callable(engine.node, 'call');
    const input = await openInput(engine.node, person);
    const handle = await start(input);
    await engine.onRecord(authenticationStream(input.requestId), 'AuthenticationContactStarted');
    await engine.untilEnd(handle);
    engine.world.telephony.answer = usual;
    expect(await ended(authenticationStream(input.requestId))).toBe('NO_RESPONSE');
    expect(tries).toBeGreaterThan(1);
  });
});

test('a text message is typed in', async () => {
  const text = await asking('sms');
  const last = contacted().at(-1)!;
  const code = last.kind === 'text' ? /\d{6}/.exec(last.text)![0] : '';
  const sealed = await sealForRequest(engine.node, text.input.requestId, 'code', code);
  await text.handle.executeUpdate(submitCodeUpdate, { args: [{ code: sealed, origin }] });
  await text.handle.result();
  expect(await ended(text.stream)).toBe('APPROVED');
  await keepHistory('authentication-text', text.handle);
});

describe('a one-time bypass', () => {
  const granted = async () => {
    const person = await addPerson(engine.node);
    const bypassId = `BY${person.userId}`;
    await changeUser(person, {
      type: 'createBypass',
      bypassId,
      reason: 'lost phone',
      seconds: 300,
    });
    const handle = engine.client.workflow.getHandle(oneTimeBypassStream(bypassId));
    return { person, handle };
  };

  test('ends by its timer, on record', async () => {
    const { person, handle } = await granted();
    await engine.untilEnd(handle);
    expect((await typesOf(engine, userStream(person.userId))).slice(-2)).toEqual([
      'BypassCreated',
      'BypassEnded',
    ]);
    await keepHistory('oneTimeBypass-expired', handle);
  });

  test('that was used has nothing more to wait for', async () => {
    const { person, handle } = await granted();
    const input = await openInput(engine.node, person);
    await (await start(input)).result();
    expect(await ended(authenticationStream(input.requestId))).toBe('BYPASSED');
    await handle.result();
    expect((await typesOf(engine, userStream(person.userId))).slice(-2)).toEqual([
      'BypassCreated',
      'BypassUsed',
    ]);
  });

  test('that is revoked has nothing more to wait for', async () => {
    const { person, handle } = await granted();
    await changeUser(person, { type: 'revokeBypass' });
    await handle.result();
    await keepHistory('oneTimeBypass-revoked', handle);
  });
});
