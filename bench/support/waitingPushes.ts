import type { Countersign } from './countersign.ts';
import { answerAndHear, callersOf, expected, insist, takeOne, type Crowd } from './crowd.ts';
import { phonesOf } from './phones.ts';
import type { SeededPhone } from './seeding.ts';

/** The longest that a push may wait: the crowd has to be gathered and measured meanwhile. */
const expiresInSeconds = 600;

type Waiting = {
  readonly requestId: string;
  readonly deviceToken: string;
  readonly expiresAt: number;
};

/** Logins that wait for a push; each of a person who was never asked before. */
export const waitingPushes = async (
  server: Countersign,
  people: readonly SeededPhone[],
): Promise<Crowd> => {
  const callers = await callersOf(server, ['verify', 'events.read']);
  const phones = phonesOf(server);
  const [listener] = callers;
  const waiting: Waiting[] = [];
  let next = 0;
  return {
    async open(client) {
      let person!: SeededPhone;
      const ask = () => {
        person = people[next++]!;
        return callers[client % callers.length]!.post('/authentications', {
          user: person.username,
          application: 'bench',
          expiresIn: expiresInSeconds,
          numberMatch: false,
        });
      };
      const { requestId, expiresAt } = await insist(ask, 202);
      waiting.push({
        requestId: String(requestId),
        deviceToken: person.deviceToken,
        expiresAt: Date.parse(String(expiresAt)),
      });
    },
    async decide() {
      const { requestId, deviceToken } = takeOne(waiting);
      const guid = await phones.push(deviceToken);
      return await answerAndHear({
        answer: () => phones.approve(deviceToken, guid),
        async hear() {
          const answer = await listener!.get(`/authentications/${requestId}?wait=30`);
          const { state } = expected(answer, 200);
          if (state !== 'approved') throw new Error(`the push is ${String(state)}`);
        },
      });
    },
    waiting: () => waiting.filter(({ expiresAt }) => expiresAt > Date.now()).length,
    close() {
      for (const caller of callers) caller.close();
      phones.close();
    },
  };
};
