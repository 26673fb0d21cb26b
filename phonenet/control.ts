import express, { type Router } from 'express';
import { z } from 'zod';
import { behaviourSchema, keysPattern, numberPattern } from './behaviour.ts';
import type { Network } from './network.ts';
import { ownNumberSchema } from './records.ts';

const phoneParams = z.object({ number: z.string().regex(numberPattern) });
const textSchema = z.strictObject({
  to: z.string().regex(numberPattern),
  body: z.string().min(1).max(1_600),
});
const pressSchema = z.strictObject({ digits: z.string().min(1).max(64).regex(keysPattern) });

/** A page that is told to read anew more often than this cannot follow. */
const eventGapMs = 50;

/** Sets phones up, plays their owners, and shows what they got. No authentication: it is for this machine only. */
export const control = (network: Network): Router => {
  const router = express.Router();
  // A page of another site can post a form to here, but no JSON.
  router.use(express.json({ limit: '64kb', type: 'application/json' }));

  router.get('/state', (_, response) => {
    response.json({
      phones: Object.fromEntries(network.phones()),
      calls: network.calls(),
      texts: network.texts(),
    });
  });
  router.get('/events', (request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.write('data: {}\n\n');
    let timer: NodeJS.Timeout | undefined;
    const stop = network.subscribe(() => {
      timer ??= setTimeout(() => {
        timer = undefined;
        response.write('data: {}\n\n');
      }, eventGapMs);
    });
    request.on('close', () => {
      stop();
      clearTimeout(timer);
    });
  });
  router.post('/phones/:number', (request, response) => {
    const { number } = phoneParams.parse(request.params);
    const behaviour = behaviourSchema.parse(request.body ?? {});
    network.setBehaviour(number, behaviour);
    response.json(behaviour);
  });
  router.get('/phones/:number/log', (request, response) => {
    const { number } = phoneParams.parse(request.params);
    response.json({
      calls: network.calls().filter(({ to }) => to === number),
      texts: network.texts().filter(({ to, from }) => to === number || from === number),
    });
  });
  // oxlint-disable-next-line oxc/no-async-endpoint-handlers -- Express 5 hands on what is rejected.
  router.post('/phones/:number/text', async (request, response) => {
    const { number } = phoneParams.parse(request.params);
    const text = await network.textFrom(number, textSchema.parse(request.body));
    if (text !== undefined) response.json(text);
    else response.status(404).json({ error: 'nobody has said where texts to that number go' });
  });
  router.post('/phones/:number/press', (request, response) => {
    const { number } = phoneParams.parse(request.params);
    const pressed = network.press(number, pressSchema.parse(request.body).digits);
    response.status(pressed ? 200 : 404).json({ pressed });
  });
  router.post('/phones/:number/hang-up', (request, response) => {
    const { number } = phoneParams.parse(request.params);
    const hungUp = network.hangUp(number);
    response.status(hungUp ? 200 : 404).json({ hungUp });
  });
  router.post('/numbers/:number', (request, response) => {
    const { number } = phoneParams.parse(request.params);
    network.setOwn(number, ownNumberSchema.parse(request.body));
    response.json({});
  });
  return router;
};
