import { Rejected } from '../../domain/errors.ts';
import type { ItemKind, SetItem } from '../../domain/items.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { Sealed } from '../../domain/sealed.ts';
import { wavSeconds } from '../../domain/wav.ts';
import type { ItemCommands } from '../facade/items.ts';
import {
  overSecrets,
  placeOfSecret,
  rowOfItem,
  secretsIn,
  storedItem,
  versionOfItem,
} from '../queries/itemRows.ts';
import { configurationChanger } from './configurationChange.ts';
import type { CommandContext } from './context.ts';

const secretBytes = 32;
const maxRecordingSeconds = 20;
/** A frame of MPEG audio, or the tag before it (ISO/IEC 11172-3 §2.4.1.3, ID3v2). */
const isMpeg = (bytes: Uint8Array): boolean =>
  (bytes[0] === 0xff && ((bytes[1] ?? 0) & 0xe0) === 0xe0) ||
  (bytes[0] === 0x49 && bytes[1] === 0x44 && bytes[2] === 0x33);

const seen = (version: string | undefined, stored: JsonObject | undefined) =>
  version === undefined ? {} : { seen: stored ?? null };

/** Lists that an administrator keeps. Secrets are sealed here and are in the clear nowhere behind. */
export const itemCommands = (context: CommandContext): ItemCommands => {
  const { secrets } = context;

  const change = configurationChanger(context);

  /** The item as it is on record, where it is what the caller has seen. */
  const before = async (kind: ItemKind, itemId: string, version: string | undefined) => {
    const row = await rowOfItem(context.views.reader, kind, itemId);
    const now = row ? versionOfItem(row) : 'none';
    if (version !== undefined && version !== now)
      throw new Rejected('conflict', 'somebody else has changed it meanwhile');
    return row && storedItem(row);
  };

  const sealedItem = async (
    kind: ItemKind,
    itemId: string,
    item: JsonObject,
    stored: JsonObject | undefined,
  ) => {
    const kept = await secretsIn(kind, stored ?? {});
    const made: Record<string, string> = {};
    const sealed = await overSecrets(
      kind,
      item,
      async (given, field, name, { whenMissing, octets = secretBytes }) => {
        // Whoever sends back what was shown says nothing new by it.
        const { [`${field}Set`]: _, ...holder } = given;
        const place = placeOfSecret(kind, itemId, name);
        const old = kept.get(name);
        const typed = holder[field];
        if (typeof typed !== 'string') {
          if (old !== undefined) return { ...holder, [field]: old };
          if (whenMissing === 'leaveOut') return holder;
          if (whenMissing === 'refuse') throw new Rejected('invalid', `${name} is needed`);
          made[name] = context.randomBytes(octets).toString('base64url');
        }
        const plain = typeof typed === 'string' ? typed : made[name]!;
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only sealed texts are on record here
        const same = old !== undefined && (await secrets.open(place, old as Sealed)) === plain;
        return { ...holder, [field]: same ? old : await secrets.seal(place, plain) };
      },
    );
    return { sealed, made };
  };

  return {
    async setItem(caller, kind, givenId, item, version) {
      const itemId = givenId ?? context.newId();
      // What is there already under an id that was just drawn is what this very call has made.
      const stored = givenId === undefined ? undefined : await before(kind, itemId, version);
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- items are made of what JSON can say
      const typed = item as unknown as JsonObject;
      const whole = completed(kind, typed, stored);
      const { sealed, made } = await sealedItem(kind, itemId, whole, stored);
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- kind and item belong together, as the parameters say
      const command = { type: 'setItem', kind, itemId, item: sealed } as unknown as SetItem;
      await change(caller, { ...command, ...seen(version, stored) });
      return { itemId, made };
    },

    async removeItem(caller, kind, itemId, version) {
      const stored = await before(kind, itemId, version);
      if (!stored) throw new Rejected('notFound', `there is no ${kind} "${itemId}"`);
      await change(caller, { type: 'removeItem', kind, itemId, ...seen(version, stored) });
    },

    async setRecording(caller, itemId, { contentType, bytes }) {
      const stored = await before('voiceMessage', itemId, undefined);
      if (!stored) throw new Rejected('notFound', `there is no voiceMessage "${itemId}"`);
      const seconds = wavSeconds(bytes);
      if (contentType === 'audio/wav' ? seconds === undefined : !isMpeg(bytes))
        throw new Rejected('invalid', `the body is no ${contentType}`);
      if (seconds !== undefined && seconds >= maxRecordingSeconds)
        throw new Rejected('invalid', `a recording plays for less than ${maxRecordingSeconds} s`);
      const audio = await context.recordings.put(bytes);
      const item = { ...stored, contentType, audio };
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a stored voice message with another audio
      const command = { type: 'setItem', kind: 'voiceMessage', itemId, item } as unknown as SetItem;
      await change(caller, { ...command, seen: stored });
    },
  };
};

/** Fields that are there without being typed in: the uploaded audio of a message, the first key of a webhook. */
const completed = (
  kind: ItemKind,
  typed: JsonObject,
  stored: JsonObject | undefined,
): JsonObject => {
  switch (kind) {
    case 'voiceMessage': {
      const { contentType = 'audio/wav', audio = '' } = stored ?? {};
      return { ...typed, contentType, audio };
    }
    case 'webhook':
      return { ...typed, keys: typed['keys'] ?? stored?.['keys'] ?? [{ keyId: 'k1' }] };
    default:
      return typed;
  }
};
