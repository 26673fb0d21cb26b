import { Agent, request } from 'node:http';
import { interleave, type Findings, type MeasureOptions } from './measure.ts';
import { settled, startCountersign, type Countersign } from './support/countersign.ts';
import { restClient } from './support/restClient.ts';
import { fillViews } from './support/viewsFromLog.ts';

/** A state's answer is a line for each step, the last of them the state. */
const makeState = ({ http, adminToken }: Countersign, at: number): Promise<string> =>
  new Promise((resolve, reject) => {
    const agent = new Agent();
    const headers = { Authorization: `Bearer ${adminToken}`, 'Content-Type': 'application/json' };
    const sent = request(
      `${http}/api/v1/audit/states`,
      { method: 'POST', agent, headers },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => (text += part));
        response.on('error', reject);
        response.on('end', () => {
          const last = JSON.parse(text.trim().split('\n').at(-1) ?? '{}') as {
            state?: { stateId: string };
          };
          if (last.state) resolve(last.state.stateId);
          else reject(new Error(`no state of position ${at}: ${text.slice(-200)}`));
        });
      },
    );
    sent.on('error', reject);
    sent.end(JSON.stringify({ at }));
  });

/** What lists showed at the middle of the log, made by a live server, against all views made anew. */
export const replayAtMiddle = async (
  data: string,
  { rebuild, events }: { readonly rebuild: () => Promise<number>; readonly events: number },
  { rounds, say }: Pick<MeasureOptions, 'rounds' | 'say'>,
): Promise<Findings> => {
  await fillViews(data);
  const server = await startCountersign({ data });
  const administrator = restClient(server.http, server.adminToken);
  try {
    await settled(server);
    const ours = async (): Promise<number> => {
      const from = performance.now();
      const stateId = await makeState(server, Math.floor(events / 2));
      const seconds = (performance.now() - from) / 1_000;
      await administrator.remove(`/audit/states/${stateId}`);
      return seconds;
    };
    const found = await interleave(rounds, { ours, bare: rebuild }, (round, number) =>
      say(
        `replay, round ${number}: ${round.ours.toFixed(1)} s, rebuild ${round.bare.toFixed(1)} s`,
      ),
    );
    return {
      measure: 'replay at the middle, against a rebuild',
      unit: 's',
      rounds: found,
      target: { of: 'ratio', most: 1 },
      details: { events },
    };
  } finally {
    administrator.close();
    await server.stop();
  }
};
