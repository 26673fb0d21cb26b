import { parentPort } from 'node:worker_threads';
import { ask } from './conversation.ts';
import type { Question, ServerAnswer } from './settings.ts';

/*
 * The thread that talks to one directory server. What a hostile one sends may keep the reader of its messages busy for
 * ever (SEC-30): then whoever watches ends this thread, and everything else goes on.
 */

/** A numbered question, or a call that wants nothing but to be heard. */
export type ThreadRequest =
  | { readonly id: number; readonly question: Question }
  | { readonly beat: number };
export type ThreadReply =
  | { readonly id: number; readonly answer: ServerAnswer }
  | { readonly beat: number }
  | { readonly ready: true };

const say = (reply: ThreadReply): void => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port has no origin
  parentPort?.postMessage(reply);
};

parentPort?.on('message', (request: ThreadRequest) => {
  if ('beat' in request) return say(request);
  const { id, question } = request;
  void ask(question).then((answer) => say({ id, answer }));
});
say({ ready: true });
