import type { DomainEvent, EventData } from './events.ts';

type Imported = EventData['TokenImported'];

/** A hardware token, folded from stream token-<keyed hash of its serial>. It is one person's at a time. */
export type Token =
  | { readonly status: 'none' }
  | { readonly status: 'free'; readonly imported: Imported; readonly counter: number }
  | {
      readonly status: 'held';
      readonly imported: Imported;
      readonly counter: number;
      readonly holder: string;
    }
  | { readonly status: 'lost'; readonly imported: Imported };

export const noToken: Token = { status: 'none' };

/** One spelling of a serial number, whatever list it was copied from. */
export const canonicalSerial = (serial: string): string => serial.trim().toUpperCase();

/** Folds one event of a token's stream. */
export const evolveToken = (token: Token, event: DomainEvent): Token => {
  if (event.type === 'TokenImported')
    return { status: 'free', imported: event.data, counter: event.data.counter };
  if (token.status === 'none' || token.status === 'lost') return token;
  const { imported, counter } = token;
  switch (event.type) {
    case 'TokenTaken':
      return { status: 'held', imported, counter, holder: event.data.userId };
    case 'TokenReleased':
      return { status: 'free', imported, counter: event.data.counter ?? counter };
    case 'TokenLost':
      return { status: 'lost', imported };
    default:
      return token;
  }
};
