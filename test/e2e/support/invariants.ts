import { factsOnDisk, type Fact } from './factLog.ts';

const terminal = [
  'AuthenticationApproved',
  'AuthenticationSkipped',
  'AuthenticationDenied',
  'AuthenticationExpired',
  'AuthenticationFailed',
  'AuthenticationCancelled',
] as const;
const types = [
  ...terminal,
  'AuthenticationRequested',
  'AuthenticationJoined',
  'AuthenticationChallengeSent',
  'AuthenticationCodeSubmitted',
  'AuthenticationDeviceAnswered',
  'UserBlocked',
  'UserUnblocked',
  'UserCodeAccepted',
] as const;

const isTerminal = (fact: Fact): boolean => (terminal as readonly string[]).includes(fact.type);

/** One request as the log tells it. */
export type Story = {
  readonly requestId: string;
  readonly facts: readonly Fact[];
  readonly application: string;
  readonly userId: string | undefined;
  /** Result code of its end; undefined while it is open. */
  readonly code: string | undefined;
};

export type Record = {
  readonly stories: ReadonlyMap<string, Story>;
  readonly facts: readonly Fact[];
  of(type: (typeof types)[number]): readonly Fact[];
};

const prefix = 'authentication-';

/** Reads all requests and what goes with them from the log's own file. */
export const readRecord = (data: string): Record => {
  const facts = factsOnDisk(data, ...types);
  const byStream = new Map<string, Fact[]>();
  for (const fact of facts) {
    if (!fact.stream.startsWith(prefix)) continue;
    const known = byStream.get(fact.stream);
    if (known) known.push(fact);
    else byStream.set(fact.stream, [fact]);
  }
  const stories = new Map(
    [...byStream].map(([stream, own]): [string, Story] => {
      const requestId = stream.slice(prefix.length);
      const asked = own[0]!.data;
      const userId = asked['userId'];
      return [
        requestId,
        {
          requestId,
          facts: own,
          application: String(asked['application']),
          userId: typeof userId === 'string' ? userId : undefined,
          code: own.find(isTerminal)?.data['code'] as string | undefined,
        },
      ];
    }),
  );
  return { stories, facts, of: (type) => facts.filter((fact) => fact.type === type) };
};

export const openRequests = ({ stories }: Record): readonly string[] =>
  [...stories.values()].filter(({ code }) => code === undefined).map(({ requestId }) => requestId);

const has = ({ facts }: Story, type: string, fits: (data: Fact['data']) => boolean): boolean =>
  facts.some((fact) => fact.type === type && fits(fact.data));

/** I3: what let somebody in stands before the accept. */
const unfoundedAccepts = ({ stories }: Record): readonly string[] =>
  [...stories.values()]
    .filter((story) => story.facts.some(({ type }) => type === 'AuthenticationApproved'))
    .filter((story) => {
      const before = { ...story, facts: story.facts.slice(0, story.facts.findIndex(isTerminal)) };
      const approved = has(
        before,
        'AuthenticationDeviceAnswered',
        ({ answer }) => answer === 'approve',
      );
      const code = has(before, 'AuthenticationCodeSubmitted', ({ accepted }) => accepted === true);
      const joined = has(before, 'AuthenticationJoined', ({ leaderId }) =>
        stories
          .get(String(leaderId))!
          .facts.some(
            (fact) =>
              fact.type === 'AuthenticationApproved' &&
              fact.position < story.facts.find(isTerminal)!.position,
          ),
      );
      return !approved && !code && !joined;
    })
    .map(({ requestId }) => `I3 ${requestId}: accepted with nothing before it`);

/** I4: one end, and nothing after it. */
const unclearEnds = ({ stories }: Record): readonly string[] =>
  [...stories.values()]
    .filter(({ facts }) => facts.filter(isTerminal).length > 1 || !isTerminal(facts.at(-1)!))
    .map(({ requestId, facts }) => `I4 ${requestId}: ${facts.map(({ type }) => type).join(', ')}`);

/** I5: nobody is let in between a block and its end. Positions are the order of commits. */
const acceptsWhileBlocked = (record: Record): readonly string[] => {
  const blocked = new Map<string, number>();
  const found: string[] = [];
  for (const { type, stream, position, data } of record.facts) {
    const person = stream.slice('user-'.length);
    if (type === 'UserBlocked') blocked.set(person, position);
    if (type === 'UserUnblocked') blocked.delete(person);
    if (type === 'AuthenticationApproved' && blocked.has(String(data['userId'])))
      found.push(`I5 ${stream}: accepted at ${position}, blocked since then`);
  }
  return found;
};

/** Keys that are there more than once, in words. */
export const repeated = (what: string, keys: readonly string[]): readonly string[] => {
  const seen = new Set<string>();
  return keys
    .filter((key) => seen.has(key) || !seen.add(key))
    .map((key) => `${what}: ${key} twice`);
};

/** I6: no step of a token and no push answers twice. */
const reuses = (record: Record): readonly string[] => [
  ...repeated(
    'I6 code',
    record
      .of('UserCodeAccepted')
      .map(({ data }) => `${String(data['tokenId'])}/${String(data['step'])}`),
  ),
  ...repeated(
    'I6 answer',
    record.of('AuthenticationDeviceAnswered').map(({ data }) => String(data['guid'])),
  ),
];

/** I7: a request contacts its person once. */
const contacts = ({ stories }: Record): readonly string[] =>
  [...stories.values()]
    .filter(
      ({ facts }) => facts.filter(({ type }) => type === 'AuthenticationChallengeSent').length > 1,
    )
    .map(({ requestId }) => `I7 ${requestId}: contacted twice`);

/** What the log alone can tell of I3 to I7; an empty list is what every run must end with. */
export const violations = (record: Record): readonly string[] => [
  ...unfoundedAccepts(record),
  ...unclearEnds(record),
  ...acceptsWhileBlocked(record),
  ...reuses(record),
  ...contacts(record),
];
