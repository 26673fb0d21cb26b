import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import type { ConfigurationCommand } from '../../domain/configuration.ts';
import type { StoredEvent } from '../../adapters/eventStore/port.ts';
import type { EventType } from '../../domain/events.ts';
import { mailStream, userStream } from '../../domain/ids.ts';
import type { Notice } from '../../domain/notice.ts';
import { userKey } from '../../domain/sealed.ts';
import { changeUser, origin, type Person } from '../activities/people.ts';
import type { Engine } from './engine.ts';

/** What the tests of mail do over and over, on the engine of the moment. */
export const mailsIn = (engine: () => Engine) => {
  const configure = async (command: ConfigurationCommand) => {
    const input = { kind: 'configuration', command, origin } as const;
    return await (await engine().start('change', `change-${randomUUID()}`, input)).result();
  };

  const set = async (changes: Readonly<Record<string, string | number | boolean>>) =>
    await configure({ type: 'changeSettings', changes });

  const giveAddress = async (person: Pick<Person, 'userId'>, address: string): Promise<void> => {
    const { userId } = person;
    const place = { owner: userKey(userId), stream: userStream(userId), field: 'email' };
    const email = await engine().node.secrets.seal(place, address);
    const command = { type: 'update', data: { email } } as const;
    await changeUser(engine().node, { who: { userId }, command });
  };

  const noticeFor = (more: Partial<Notice> = {}): Notice => ({
    noticeId: `test-${randomUUID()}`,
    occasion: 'mailTest',
    to: { kind: 'notified' },
    values: {},
    ...more,
  });

  const tell = async (notice: Notice): Promise<WorkflowHandle> =>
    await engine().start('mail', mailStream(notice.noticeId), {
      noticeId: notice.noticeId,
      notice,
    });

  const factsOf = async <T extends EventType>(
    notice: Notice,
    type: T,
  ): Promise<readonly StoredEvent<T>[]> =>
    (await engine().node.events.readStream(mailStream(notice.noticeId))).filter(
      (event) => event.type === type,
    ) as readonly StoredEvent[] as readonly StoredEvent<T>[];

  const to = (address: string) => engine().node.mailer.outbox.filter((mail) => mail.to === address);

  return { configure, set, giveAddress, noticeFor, tell, factsOf, to };
};
