import { z } from 'zod';
import { settingsCatalogue } from '../../domain/settings.ts';
import type { Facade } from '../facade.ts';
import { line } from './fields.ts';
import { route, type Operation } from './route.ts';
import { conflictIsStale, valuesSeen, versionOfValues } from './versions.ts';

type Entry = (typeof settingsCatalogue)[keyof typeof settingsCatalogue];

const valueOf = (entry: Entry): z.ZodType<string | number | boolean> => {
  if ('min' in entry) return z.int().min(entry.min).max(entry.max);
  if ('oneOf' in entry) return z.enum(entry.oneOf);
  if ('maxLength' in entry) return line(entry.maxLength, 0);
  return z.boolean();
};

/** One field a setting of the catalogue, so that the description lists them with bounds and meaning. */
const fields = Object.fromEntries(
  Object.entries(settingsCatalogue).map(([name, entry]) => [
    name,
    valueOf(entry).meta({ description: entry.about, default: entry.default }).exactOptional(),
  ]),
);
const valuesReply = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

const tag = 'settings';

export const settings = ({ commands, queries }: Facade): readonly Operation[] => [
  route({
    method: 'get',
    path: '/settings',
    id: 'getSettings',
    summary: 'All company settings',
    tag,
    scope: 'settings.read',
    replies: { 200: valuesReply },
    async run(_call, reply) {
      const values = await queries.getSettings();
      return reply(200, { ...values }, { ETag: `"${versionOfValues(values)}"` });
    },
  }),
  route({
    method: 'patch',
    path: '/settings',
    id: 'changeSettings',
    summary: 'Change some company settings, all or none',
    tag,
    scope: 'settings.write',
    versioned: true,
    body: z.strictObject(fields),
    replies: { 204: z.undefined() },
    async run({ body, caller, ifMatch }, reply) {
      const seen = valuesSeen(await queries.getSettings(), ifMatch);
      const changes = Object.entries(body).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, value] as const],
      );
      await commands
        .changeSettings(caller, Object.fromEntries(changes), seen)
        .catch(conflictIsStale);
      return reply(204, undefined);
    },
  }),
];
