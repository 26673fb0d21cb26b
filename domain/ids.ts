/**
 * Stream names, which are workflow ids too: one thing, one name. The category ends at the first `-`.
 * Ids are opaque: 32 upper-case hexadecimal digits, time-ordered (UUIDv7 without dashes).
 */
export const settingsStream = 'settings';
export const userStream = (userId: string): string => `user-${userId}`;
/** `usernameKey` is the keyed hash of a canonical name, so that a stream's name tells nobody who it is. */
export const usernameStream = (usernameKey: string): string => `username-${usernameKey}`;
export const authenticationStream = (requestId: string): string => `authentication-${requestId}`;
export const fraudReportStream = (requestId: string): string => `fraudReport-${requestId}`;
export const userBlockStream = (blockId: string): string => `userBlock-${blockId}`;
export const oneTimeBypassStream = (bypassId: string): string => `oneTimeBypass-${bypassId}`;
/** `serialKey` is the keyed hash of a canonical serial number (domain/token.ts). */
export const tokenStream = (serialKey: string): string => `token-${serialKey}`;
export const approvalStream = (approvalId: string): string => `approval-${approvalId}`;
export const activationStream = (activationId: string): string => `activation-${activationId}`;
export const deliveryStream = (deliveryId: string): string => `delivery-${deliveryId}`;
/** The mails of one notice. */
export const mailStream = (noticeId: string): string => `mail-${noticeId}`;

export const radiusStream = 'radius';
/** `sessionKey` is the keyed hash of an access server's session. */
export const accountingStream = (sessionKey: string): string => `accounting-${sessionKey}`;
export const importStream = (importId: string): string => `import-${importId}`;
/** The life of one short-lived token of an API client. */
export const apiTokenStream = (tokenId: string): string => `apiToken-${tokenId}`;
/** `nameKey` is the keyed hash of a caller and its Idempotency-Key. */
export const apiCallStream = (nameKey: string): string => `apiCall-${nameKey}`;
/** Of people. */
export const exportStream = (exportId: string): string => `export-${exportId}`;
/** Of events. */
export const auditExportStream = (exportId: string): string => `auditExport-${exportId}`;

/** Splits `user-0190…` into its category and id; a stream without `-` is its own category. */
export const parseStream = (stream: string): { category: string; id: string } => {
  const dash = stream.indexOf('-');
  return dash < 0
    ? { category: stream, id: '' }
    : { category: stream.slice(0, dash), id: stream.slice(dash + 1) };
};
