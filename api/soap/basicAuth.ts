export type BasicCredentials = { readonly username: string; readonly password: string };

/** Longest header value that is looked at; names and passwords together stay far below it. */
const maxHeaderLength = 4_096;

/**
 * Reads an `Authorization: Basic` header (RFC 7617). The octets are UTF-8 where they can be, else Latin-1:
 * curl and newer clients send the one, .NET Framework the other (contracts/sdk-soap.md section 2).
 * @returns undefined for another scheme and for anything malformed
 */
export const readBasic = (header: string | undefined): BasicCredentials | undefined => {
  if (header === undefined || header.length > maxHeaderLength) return undefined;
  const token = /^basic +([A-Za-z0-9+/]+={0,2}) *$/i.exec(header)?.[1];
  if (token === undefined) return undefined;
  const text = decode(Buffer.from(token, 'base64'));
  const colon = text.indexOf(':');
  if (colon < 0 || hasControls(text)) return undefined;
  return { username: text.slice(0, colon), password: text.slice(colon + 1) };
};

/** `DOMAIN\user` taken apart; `domain` is `''` for a plain name and for `user@domain`, which is a name as a whole. */
export const splitAccount = (username: string): { domain: string; name: string } => {
  const backslash = username.indexOf('\\');
  return { domain: username.slice(0, Math.max(backslash, 0)), name: username.slice(backslash + 1) };
};

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const decode = (octets: Buffer): string => {
  try {
    return utf8.decode(octets);
  } catch {
    return octets.toString('latin1');
  }
};

/** RFC 7617 §2: neither part may hold control characters. */
const hasControls = (text: string): boolean => /\p{Cc}/u.test(text);
