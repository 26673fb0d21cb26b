import { createHash } from 'node:crypto';
import { afterEach, describe, expect, test } from '@jest/globals';
import { readPadResponse } from '../../../api/pad/readResponse.ts';
import { fakeFacade } from './fakeFacade.ts';
import { approval, canonicalOf, errorIdOf, post, servers, tokenHash } from './rig.ts';

const { start, stop } = servers();
afterEach(stop);

describe('answers to pushes', () => {
  test('MC-5 MC-6 count once; foreign, unknown and settled guids are refused', async () => {
    const facade = fakeFacade();
    const origin = await start({ facade });
    const guid = facade.ask(tokenHash);
    const foreign = facade.ask(createHash('sha256').update('another').digest('hex'));
    const say = async (body: string) => errorIdOf(await post(`${origin}/pa/pad`, body));
    const deny = canonicalOf('pad-result-deny').replace(
      'c1f4e0d8-2a36-4b8e-8f0d-6e7a9b5c3d21',
      guid,
    );
    expect(await say(approval(guid))).toBe(0);
    expect(await say(deny)).toBe(9003);
    expect(await say(approval(foreign))).toBe(9002);
    expect(await say(approval('00000000-0000-4000-8000-000000000000'))).toBe(9002);
    expect(facade.decisions.get(guid)).toBe('approve');
    expect(facade.decisions.has(foreign)).toBe(false);
  });

  test('a new token goes along with approvals and denials, never with fraud, never unless it differs', async () => {
    const facade = fakeFacade();
    const origin = await start({ facade });
    for (const id of ['pad-result-approve', 'pad-result-new-token', 'pad-result-fraud']) {
      const changed = canonicalOf(id).replaceAll(
        '>hc1-Zk3v9QmT7rXw2LpB8nYc5sJd0aGfUeHi</new',
        '>hc2-Qw8eRt5yUi2oPa7sDf4gHj1kLz6xCvBn</new',
      );
      await post(`${origin}/pa/pad`, id === 'pad-result-approve' ? canonicalOf(id) : changed);
    }
    const hash = 'd563da647b7e897f729f0aad3094ca7adb3527dbf48d5146830345760a398ee4';
    expect(facade.answers.map(({ newTokenHash }) => newTokenHash)).toEqual([
      undefined,
      hash,
      undefined,
    ]);
    expect(facade.answers.map(({ answer }) => answer)).toEqual(['approve', 'approve', 'fraud']);
  });

  test('details are read without being used up', async () => {
    const facade = fakeFacade();
    const origin = await start({ facade });
    const guid = facade.ask(tokenHash);
    const body = canonicalOf('pad-fetch').replace('c1f4e0d8-2a36-4b8e-8f0d-6e7a9b5c3d21', guid);
    const wanting = body.replace('<needDosPreventer>no', '<needDosPreventer>yes');
    for (const xml of [body, wanting]) {
      const answer = readPadResponse((await post(`${origin}/pa/pad`, xml)).body);
      expect(answer).toMatchObject({ details: { guid, mode: 'standard', applicationName: 'VPN' } });
    }
    expect((await post(`${origin}/pa/pad`, approval(guid))).body).toContain('<result>1<');
    expect(errorIdOf(await post(`${origin}/pa/pad`, body))).toBe(9003);
  });

  test('a PIN where none is wanted is not known; where nothing is open, that comes first', async () => {
    const facade = fakeFacade();
    const origin = await start({ facade });
    const body = canonicalOf('pad-pin');
    expect(errorIdOf(await post(`${origin}/pa/pad`, body))).toBe(9002);
    const guid = facade.ask(tokenHash);
    const open = body.replace('c1f4e0d8-2a36-4b8e-8f0d-6e7a9b5c3d21', guid);
    expect(errorIdOf(await post(`${origin}/pa/pad`, open))).toBe(9004);
  });

  test('thirty unknown guids make an address wait for five minutes', async () => {
    let now = 0;
    const facade = fakeFacade();
    const origin = await start({ facade, now: () => now });
    const unknown = () =>
      post(`${origin}/pa/pad`, approval('00000000-0000-4000-8000-000000000000'));
    for (let round = 0; round < 30; round += 1) expect((await unknown()).status).toBe(200);
    const blocked = await unknown();
    expect([blocked.status, errorIdOf(blocked), blocked.headers['retry-after']]).toEqual([
      429,
      9005,
      '300',
    ]);
    now += 300_000;
    expect((await unknown()).status).toBe(200);
  });

  test('five failed token changes of a device make it come back later', async () => {
    const origin = await start({ facade: fakeFacade() });
    const change = async (permit: string) => {
      const body = canonicalOf('pad-token-change').replace(
        'b3uTq0Yw6nXk1ZrS8vLd5mHc2aJfE7gP',
        permit,
      );
      const reply = readPadResponse((await post(`${origin}/pa/pad`, body)).body);
      return 'deviceTokenChangeResult' in reply ? reply.deviceTokenChangeResult : undefined;
    };
    const right = 'b3uTq0Yw6nXk1ZrS8vLd5mHc2aJfE7gP';
    expect(await change(right)).toBe(1);
    for (let round = 0; round < 5; round += 1) expect(await change('wrong')).toBe(100);
    expect(await change(right)).toBe(102);
  });

  test('what nobody expected is told to the operator, not to the phone', async () => {
    const facade = fakeFacade();
    const notes: unknown[] = [];
    const broken = { ...facade.commands };
    broken.answerPush = () => Promise.reject(new TypeError('secret at /srv/app.ts:1'));
    const origin = await start({
      facade: { ...facade, commands: broken },
      note: (note) => notes.push(note),
    });
    const answer = await post(`${origin}/pa/pad`, approval(facade.ask(tokenHash)), {
      'x-ms-mac-action': 'somethingElse',
    });
    expect([answer.status, errorIdOf(answer)]).toEqual([503, 9006]);
    expect(answer.body).not.toContain('srv');
    expect(notes).toMatchObject([{ kind: 'actionMismatch' }, { kind: 'failed' }]);
  });
});
