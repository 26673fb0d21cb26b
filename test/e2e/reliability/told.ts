/** An answer that somebody got. `code` is what the interface said about the end. */
export type Told =
  | {
      readonly door: 'rest';
      readonly kind: Kind;
      readonly application: string;
      readonly key: string;
      readonly sent: Sent;
      readonly requestId: string;
      readonly state: string;
      readonly code: string;
    }
  | {
      readonly door: 'soap';
      readonly kind: Kind;
      readonly application: string;
      readonly userId?: string;
      readonly step?: number;
      readonly result: boolean;
      readonly requestId?: string;
    };

export type Sent = { readonly user: string; readonly application: string; readonly code?: string };

export const kinds = [
  ...Array.from({ length: 30 }, () => 'restRight' as const),
  ...Array.from({ length: 12 }, () => 'soapRight' as const),
  ...Array.from({ length: 8 }, () => 'restWrong' as const),
  ...Array.from({ length: 8 }, () => 'replay' as const),
  ...Array.from({ length: 16 }, () => 'pushApproved' as const),
  ...Array.from({ length: 7 }, () => 'pushDenied' as const),
  ...Array.from({ length: 8 }, () => 'soapPush' as const),
  ...Array.from({ length: 4 }, () => 'unknownRest' as const),
  ...Array.from({ length: 2 }, () => 'unknownSoap' as const),
  ...Array.from({ length: 5 }, () => 'block' as const),
];
export type Kind = (typeof kinds)[number];
