import type { WebhookAnswer, WebhookPost, Webhooks } from '../../adapters/webhooks/port.ts';

/** A receiver in this process: keeps what was posted, and answers as it is told. */
export type MemoryWebhooks = Webhooks & {
  readonly posts: WebhookPost[];
  answerWith(answer: (post: WebhookPost) => WebhookAnswer): void;
};

export const memoryWebhooks = (): MemoryWebhooks => {
  const posts: WebhookPost[] = [];
  let answer: (post: WebhookPost) => WebhookAnswer = () => ({ kind: 'answered', status: 204 });
  return {
    posts,
    answerWith: (next) => void (answer = next),
    async post(post) {
      posts.push(post);
      return answer(post);
    },
    describe: async (position) => ({ position }),
  };
};
