/** A fraud report; stream fraudReport-<requestId>. */
export type FraudEvents = {
  FraudReported: { userId: string; requestId: string; deviceId?: string; blockId?: string };
  FraudReviewed: { verdict: 'confirmed' | 'dismissed'; note: string };
};
