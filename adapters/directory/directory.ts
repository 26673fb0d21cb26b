import type { Worker } from 'node:worker_threads';
import type { NtVerifier } from './ntlmAuth.ts';
import type { Directory, PasswordAnswer, ResponseAnswer } from './port.ts';
import type { DirectoryServer, DirectorySettings, Question, ServerAnswer } from './settings.ts';
import { directoryThread, watchServer } from './watchedServer.ts';

/** A server that was of no use is asked after the others for this long (spec/30 'failover back-off'). */
const backOffMs = 60_000;

export type DirectoryOptions = {
  /** In the order in which they are asked. */
  readonly servers: readonly DirectoryServer[];
  readonly settings: DirectorySettings;
  /** Verifies MS-CHAPv2; nothing does where absent. */
  readonly verify?: NtVerifier;
  readonly nowMs: () => number;
  /** A server is of no use, or of use again. */
  readonly onState: (server: DirectoryServer, fault: string | undefined) => void;
  readonly spawn?: () => Worker;
};

type Answered = Exclude<ServerAnswer, { kind: 'failed' }>;
type Unreachable = Extract<PasswordAnswer, { kind: 'unreachable' }>;

/** Asks the servers of a directory in their order, each behind a thread of its own, until one answers. */
export const createDirectory = (options: DirectoryOptions): Directory => {
  const { settings, verify, nowMs, onState, spawn = directoryThread } = options;
  const servers = options.servers.map((server) => ({
    server,
    downSince: -Infinity,
    watched: watchServer(spawn),
  }));
  type Member = (typeof servers)[number];

  const inOrder = (): readonly Member[] => {
    const isFit = ({ downSince }: Member): boolean => nowMs() - downSince >= backOffMs;
    return [...servers.filter(isFit), ...servers.filter((member) => !isFit(member))];
  };

  const askAll = async (
    question: Omit<Question, 'server' | 'settings'>,
  ): Promise<Answered | Unreachable> => {
    let fault = 'no server takes more questions';
    for (const member of inOrder()) {
      const { server, watched } = member;
      const answer = await watched.ask({ server, settings, ...question });
      if (!answer) continue;
      const wasDown = member.downSince > -Infinity;
      if (answer.kind !== 'failed') {
        member.downSince = -Infinity;
        if (wasDown) onState(server, undefined);
        return answer;
      }
      ({ fault } = answer);
      member.downSince = nowMs();
      if (!wasDown) onState(server, fault);
    }
    return { kind: 'unreachable', fault };
  };

  return {
    checkPassword: async (username, password): Promise<PasswordAnswer> =>
      await askAll({ username, password }),

    async checkResponse(username, response): Promise<ResponseAnswer> {
      const { names } = settings;
      if (names.kind !== 'windowsDomain')
        return { kind: 'notSpoken', fault: 'a directory that is no Windows domain takes PAP only' };
      if (!verify)
        return { kind: 'notSpoken', fault: 'no ntlm_auth is set, which MS-CHAPv2 needs' };
      if (!settings.account)
        return {
          kind: 'notSpoken',
          fault: 'MS-CHAPv2 needs an account that looks for people in the domain',
        };
      const answer = await askAll({ username });
      if (answer.kind !== 'accepted') return answer;
      const { account, ...person } = answer.person;
      if (account === undefined)
        return { kind: 'unresolved', fault: 'the entry has no sAMAccountName' };
      const verified = await verify({ domain: names.domain, account }, response);
      switch (verified.kind) {
        case 'accepted':
          return { ...verified, person };
        case 'refused':
          return verified;
        case 'failed':
          return { kind: 'unreachable', fault: verified.fault };
      }
    },

    async close() {
      await Promise.all(servers.map(({ watched }) => watched.close()));
    },
  };
};
