import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { restServer, type RestServer } from './server.ts';

let rest: RestServer;
beforeAll(async () => {
  rest = await restServer();
  await rest.call('POST', '/users', { username: 'tim@example.com' });
});
afterAll(() => rest.stop());

const user = '/users/tim@example.com';
const calledWith = (name: string): readonly unknown[] =>
  rest.calls.findLast((call) => call.name === name)?.args ?? [];

describe('tokens of a user', () => {
  test('an event token is assigned with its counter', async () => {
    const body = { secret: 'A'.repeat(32), serial: 'H1', kind: 'hotp', counter: 12, digits: 8 };
    expect((await rest.call('POST', `${user}/tokens`, body)).status).toBe(201);
    expect(calledWith('assignOathToken')).toEqual(['tim@example.com', body]);
    const wrong = { kind: 'sms' };
    expect((await rest.call('POST', `${user}/tokens`, wrong)).status).toBe(400);
    expect((await rest.call('POST', `${user}/tokens`, { counter: -1 })).status).toBe(400);
  });

  test('one code activates, two in a row resynchronise', async () => {
    const token = `${user}/tokens/T1`;
    expect((await rest.call('POST', `${token}/activate`, { code: '123456' })).status).toBe(204);
    const wrong = await rest.call('POST', `${token}/activate`, { code: '000000' });
    expect(wrong.json).toMatchObject({ status: 422, detail: 'the code is wrong' });
    const codes = ['111111', '222222'];
    expect((await rest.call('POST', `${token}/resync`, { codes })).status).toBe(204);
    expect(calledWith('resyncToken')).toEqual(['tim@example.com', 'T1', codes]);
    const one = { codes: ['111111'] };
    expect((await rest.call('POST', `${token}/resync`, one)).status).toBe(400);
  });
});

describe('tokens in stock', () => {
  test('are listed, assigned and lost by serial number', async () => {
    const list = await rest.call('GET', '/tokens?state=imported&text=S');
    expect(list.json.items).toMatchObject([{ serial: 'S1', state: 'imported', weak: false }]);
    expect((await rest.call('GET', '/tokens?state=new')).status).toBe(400);
    const body = { username: 'tim@example.com' };
    expect((await rest.call('POST', '/tokens/S1/assign', body)).json).toMatchObject({
      serial: 'S1',
    });
    expect((await rest.call('POST', '/tokens/S2/assign', body)).status).toBe(404);
    const lost = await rest.call('POST', '/tokens/A%2F1/lose', { reason: 'left in a train' });
    expect(lost.status).toBe(204);
    expect(calledWith('loseToken')).toEqual(['A/1', 'left in a train']);
    expect((await rest.call('POST', '/tokens/S1/lose', {})).status).toBe(400);
  });

  test('are imported from CSV, PSKC, and an encrypted PSKC with its password', async () => {
    const send = (type: string, body: unknown) =>
      rest.call('POST', '/tokens/import', body, { 'content-type': type });
    const csv = await send('text/csv', 'S1,AAAA,30');
    expect(csv.status).toBe(202);
    expect(csv.headers.get('location')).toBe(`/api/v1/imports/${csv.json.importId}`);
    expect(calledWith('importTokens')).toMatchObject([{ format: 'csv' }]);
    expect((await send('application/pskc+xml', '<KeyContainer/>')).status).toBe(202);
    expect(calledWith('importTokens')).toMatchObject([{ format: 'pskc' }]);
    const encrypted = { password: 'qwerty', pskc: '<KeyContainer/>' };
    expect((await send('application/json', encrypted)).status).toBe(202);
    expect(calledWith('importTokens')).toEqual([
      { format: 'pskc', bytes: Buffer.from('<KeyContainer/>'), password: 'qwerty' },
    ]);
    expect((await send('application/json', '{"pskc":')).status).toBe(400);
    expect((await send('application/json', { pskc: 'x' })).status).toBe(400);
    expect((await send('text/plain', 'S1')).status).toBe(415);
  });

  test('take the scope for tokens', async () => {
    const headers = await rest.clientWith('users.read');
    expect((await rest.call('GET', '/tokens', undefined, headers)).status).toBe(200);
    const body = { username: 'tim@example.com' };
    expect((await rest.call('POST', '/tokens/S1/assign', body, headers)).status).toBe(403);
  });
});

describe('what a user falls back on', () => {
  test('is shown without codes and answers', async () => {
    const shown = await rest.call('GET', `${user}/spare-codes`);
    expect(shown.json).toEqual({ recoveryCodesLeft: 9, questions: ['One?'] });
    expect((await rest.call('GET', '/users/none/spare-codes')).status).toBe(404);
  });

  test('recovery codes and an access pass are told once', async () => {
    const codes = await rest.call('POST', `${user}/recovery-codes`);
    expect(codes.status).toBe(201);
    expect(codes.json.codes).toHaveLength(10);
    const pass = { minutes: 30, once: false, reason: 'new phone' };
    const made = await rest.call('POST', `${user}/access-pass`, pass);
    expect(Object.keys(made.json)).toEqual(['passId', 'code', 'until']);
    expect(calledWith('issueAccessPass')).toEqual(['tim@example.com', pass]);
    for (const minutes of [9, 481, 1.5])
      expect((await rest.call('POST', `${user}/access-pass`, { ...pass, minutes })).status).toBe(
        400,
      );
    expect((await rest.call('POST', `${user}/access-pass`, {})).status).toBe(400);
    expect((await rest.call('DELETE', `${user}/access-pass`)).status).toBe(204);
  });

  test('there are four security questions', async () => {
    const pair = (question: string) => ({ question, answer: 'x' });
    const questions = ['One?', 'Two?', 'Three?', 'Four?'].map(pair);
    expect((await rest.call('PUT', `${user}/questions`, { questions })).status).toBe(204);
    const three = { questions: questions.slice(1) };
    expect((await rest.call('PUT', `${user}/questions`, three)).status).toBe(400);
    expect((await rest.call('DELETE', `${user}/questions`)).status).toBe(204);
  });
});
