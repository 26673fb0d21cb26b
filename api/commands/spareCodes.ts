import { Rejected } from '../../domain/errors.ts';
import { normaliseAnswer, spelledSpareCode } from '../../domain/spareCodes.ts';
import {
  passMinutes,
  questionCount,
  recoveryCodeCount,
} from '../../domain/userRules/spareCodes.ts';
import { sha256 } from '../digest.ts';
import type { QuestionAndAnswer, SpareCodeCommands } from '../facade/spareCodes.ts';
import type { CommandContext } from './context.ts';
import { sealForUser, userIdOf } from './person.ts';
import { userChanger } from './users.ts';

export const spareCodeCommands = (context: CommandContext): SpareCodeCommands => {
  const change = userChanger(context);
  const newCode = (): string => codeOf(context.randomBytes(codeLength));
  return {
    async issueRecoveryCodes(caller, username) {
      const codes = Array.from({ length: recoveryCodeCount }, newCode);
      const codeHashes = codes.map(sha256);
      await change(caller, { username }, { type: 'issueRecoveryCodes', codeHashes });
      return { codes: codes.map(spelledSpareCode) };
    },

    async issueAccessPass(caller, username, { minutes, once, reason }) {
      const code = newCode();
      const passId = context.newId();
      const { result } = await change(
        caller,
        { username },
        {
          type: 'issuePass',
          passId,
          codeHash: sha256(code),
          once: once ?? true,
          minutes: minutes ?? passMinutes.default,
          reason,
        },
      );
      return { passId, code: spelledSpareCode(code), until: result['passUntil']! };
    },

    async revokeAccessPass(caller, username) {
      await change(caller, { username }, { type: 'revokePass' });
    },

    async setSecurityQuestions(caller, username, pairs) {
      checkQuestions(pairs);
      const userId = await userIdOf(context, username);
      const questions = pairs.map(({ question }) => question.trim());
      const hashes = await Promise.all(
        pairs.map(({ answer }) => context.pins.hash(normaliseAnswer(answer))),
      );
      const answers = await sealForUser(context, userId, 'answers', JSON.stringify(hashes));
      await change(caller, { userId }, { type: 'setQuestions', questions, answers });
    },

    async resetSecurityQuestions(caller, username) {
      await change(caller, { username }, { type: 'resetQuestions' });
    },
  };
};

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
/** 80 bits (SEC-52 asks for 64). */
const codeLength = 16;

const codeOf = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => alphabet.charAt(byte & 31)).join('');

/** Bounds of what people write; the texts themselves never stand in an error. */
const maxQuestionLength = 200;
const maxAnswerLength = 100;

const isFit = (text: string, maxLength: number): boolean =>
  text.length > 0 && text.length <= maxLength;

const checkQuestions = (pairs: readonly QuestionAndAnswer[]): void => {
  const questions = pairs.map(({ question }) => question.trim());
  if (new Set(questions).size !== questionCount || pairs.length !== questionCount)
    throw new Rejected('invalid', `there are ${questionCount} different questions`);
  if (!questions.every((question) => isFit(question, maxQuestionLength)))
    throw new Rejected('invalid', `a question has 1 to ${maxQuestionLength} characters`);
  if (!pairs.every(({ answer }) => isFit(normaliseAnswer(answer), maxAnswerLength)))
    throw new Rejected('invalid', `an answer has 1 to ${maxAnswerLength} characters`);
};
