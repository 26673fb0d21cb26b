import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import { authenticationStream } from '../../domain/ids.ts';
import type { AnswerPush, OpenAttempt } from '../../domain/inputs.ts';
import type { ResultCode } from '../../domain/results.ts';
import type { UserCommand } from '../../domain/userRules.ts';
import { answerUpdate, submitCodeUpdate } from '../../workflows/contracts.ts';
import {
  activate,
  addPerson,
  addTokenHolder,
  codeOf,
  openInput,
  origin,
  sealForRequest,
  type Person,
  type Phone,
} from '../activities/people.ts';
import type { Engine } from './engine.ts';

export type Push = {
  readonly person: Person;
  readonly phone: Phone;
  readonly input: OpenAttempt;
  readonly stream: string;
  readonly guid: string;
  readonly expiresAt: string;
  readonly handle: WorkflowHandle;
};

/** What the tests of attempts do over and over, on the engine of the moment. */
export const attemptsIn = (engine: () => Engine) => {
  const start = async (input: OpenAttempt): Promise<WorkflowHandle> =>
    await engine().start('authentication', authenticationStream(input.requestId), input);

  const push = async (): Promise<Push> => {
    const { node, world } = engine();
    const person = await addPerson(node);
    const phone = await activate(node, world, person);
    const input = await openInput(node, person);
    const handle = await start(input);
    const stream = authenticationStream(input.requestId);
    const { data } = await engine().onRecord(stream, 'AuthenticationChallengeSent');
    return {
      person,
      phone,
      input,
      stream,
      handle,
      guid: data.devices[0]!.guid,
      expiresAt: data.expiresAt,
    };
  };

  const answer = async ({ handle, guid, phone }: Push, what: AnswerPush['answer']) =>
    (
      await handle.executeUpdate(answerUpdate, {
        args: [{ guid, tokenHash: phone.tokenHash, answer: what }],
      })
    ).answer;

  const ended = async (stream: string): Promise<ResultCode | undefined> => {
    const last = (await engine().node.events.readStream(stream)).at(-1);
    if (!last || last.type === 'AuditActionRefused' || !('code' in last.data)) return undefined;
    return last.data.code;
  };

  const changeUser = async (person: Pick<Person, 'userId'>, command: UserCommand) => {
    const workflowId = `change-${randomUUID()}`;
    const handle = await engine().start('change', workflowId, {
      kind: 'user',
      who: { userId: person.userId },
      command,
      origin,
    });
    await handle.result();
    return handle;
  };

  const equal = async ({
    person,
    input,
  }: Push): Promise<{ stream: string; handle: WorkflowHandle }> => {
    const follower = await openInput(engine().node, person, { originKey: input.originKey });
    const handle = await start(follower);
    const stream = authenticationStream(follower.requestId);
    await engine().onRecord(stream, 'AuthenticationJoined');
    return { stream, handle };
  };

  const awaiting = async () => {
    const person = await addTokenHolder(engine().node);
    const input = await openInput(engine().node, person);
    const handle = await start(input);
    const stream = authenticationStream(input.requestId);
    await engine().onRecord(stream, 'AuthenticationChallengeSent');
    const submit = async (code: string) => {
      const sealed = await sealForRequest(engine().node, input.requestId, 'code', code);
      return await handle.executeUpdate(submitCodeUpdate, { args: [{ code: sealed, origin }] });
    };
    const right = async () => codeOf(person, await engine().env.currentTimeMs());
    return { handle, stream, submit, right };
  };

  const oneShot = async () => {
    const { node, env } = engine();
    const person = await addTokenHolder(node);
    return await openInput(node, person, { code: codeOf(person, await env.currentTimeMs()) });
  };

  return { start, push, answer, ended, changeUser, equal, awaiting, oneShot };
};
