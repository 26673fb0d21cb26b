import { Rejected } from '../../domain/errors.ts';
import type { DomainEvent, EventMeta } from '../../domain/events.ts';
import type { Sealed } from '../../domain/sealed.ts';
import { accountingStream, radiusStream } from '../../domain/ids.ts';
import { systemActor } from '../../domain/inputs.ts';
import { toIso } from '../../domain/instants.ts';
import { present } from '../../domain/present.ts';
import type { Caller } from '../facade.ts';
import type { AccountingReport, RadiusCommands } from '../facade/radius.ts';
import { rowOfItem } from '../queries/itemRows.ts';
import { callerIdOf, type CommandContext } from './context.ts';

const sessionDigits = 32;
/** Longest texts of a report that reach the log. */
const maxText = 253;

export const radiusCommands = (context: CommandContext): RadiusCommands => {
  const { secrets, facts, newId, views, radiusMonitor } = context;

  const record = (fact: DomainEvent, key: string): Promise<void> =>
    facts.record({
      stream: radiusStream,
      fact,
      key,
      meta: { at: toIso(context.wallNow()), actor: systemActor },
    });

  const mustExist = async (clientId: string): Promise<void> => {
    if (!(await rowOfItem(views.reader, 'radiusClient', clientId)))
      throw new Rejected('notFound', `there is no radiusClient "${clientId}"`);
  };

  const accounted = async (
    caller: Caller,
    stream: string,
    report: AccountingReport,
  ): Promise<DomainEvent> => {
    const { status, seconds, inputOctets, outputOctets, cause } = report;
    const seal = async (field: string, text: string | undefined): Promise<Sealed | undefined> =>
      text === undefined
        ? undefined
        : await secrets.seal({ owner: 'requests', stream, field }, text.slice(0, maxText));
    const session = present({
      clientId: caller.actor.id,
      username: await seal('username', report.username),
      station: await seal('station', report.station),
      framedAddress: await seal('framedAddress', report.framedAddress),
      nas: report.nas?.slice(0, maxText),
    });
    const usage = present({ seconds, inputOctets, outputOctets });
    switch (status) {
      case 'started':
        return { type: 'AccountingStarted', data: session };
      case 'interim':
        return { type: 'AccountingInterim', data: { ...session, ...usage } };
      case 'stopped':
        return {
          type: 'AccountingStopped',
          data: { ...session, ...usage, ...present({ cause }) },
        };
    }
  };

  return {
    async recordAccounting(caller, report) {
      const name = [callerIdOf(caller), report.nas ?? '', report.session].join('\0');
      const id = secrets.hash('origin', `accounting\0${name}`).slice(0, sessionDigits);
      const stream = accountingStream(id.toUpperCase());
      const meta: EventMeta = {
        at: toIso(context.wallNow()),
        actor: caller.actor,
        channel: caller.channel,
        ...present({ address: caller.address, correlationId: report.requestId }),
      };
      const fact = await accounted(caller, stream, report);
      await facts.record({ stream, fact, key: report.packetId, meta });
    },

    secureRadiusClient: (clientId, address) =>
      record({ type: 'RadiusClientSecured', data: { clientId, address } }, newId()),

    async resetRadiusClient(caller, clientId) {
      await mustExist(clientId);
      await facts.record({
        stream: radiusStream,
        fact: { type: 'RadiusClientReset', data: { clientId } },
        key: newId(),
        meta: {
          at: toIso(context.wallNow()),
          actor: caller.actor,
          channel: caller.channel,
          ...present({ address: caller.address }),
        },
      });
    },

    recordDrops: (drops) => record({ type: 'RadiusPacketsDropped', data: drops }, newId()),
    doubtRadiusSecret: (clientId) =>
      record({ type: 'RadiusSecretDoubted', data: { clientId } }, newId()),

    async traceRadiusClient(_caller, clientId) {
      await mustExist(clientId);
      radiusMonitor.startTrace(clientId);
    },
  };
};
