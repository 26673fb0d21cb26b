/** Why a scanned or pasted text is no activation link (contracts/mobile-app.md 5.1). */
export class LinkRefused extends Error {
  override readonly name = 'LinkRefused';
}

export type ActivationLink = {
  readonly code: string;
  /** Absolute https URL without trailing slash, the endpoint's own name taken off. */
  readonly url: string;
  /** Where ActivateNew is posted. */
  readonly soapUrl: string;
};

const maxLinkLength = 4_096;
const maxParameters = 16;

/**
 * Reads the three forms of activation links: the historical scheme, the newer https form of other vendors'
 * portals, and our own with everything in the fragment.
 * @throws {LinkRefused}
 */
export const readActivationLink = (link: string): ActivationLink => {
  if (link.length > maxLinkLength) refuse('the link is too long');
  if (/\p{Cc}/u.test(link)) refuse('the link holds a control character');
  const parameters = parametersOf(queryOf(link));
  const accountType = parameters.get('accounttype');
  if (accountType !== undefined && accountType !== 'mfa') refuse('the link is for another service');
  const code = parameters.get('code') ?? refuse('the link holds no code');
  if (!isActivationCode(code)) refuse('the code is not 6 to 12 digits');
  return { code, ...serviceUrls(parameters.get('url') ?? refuse('the link holds no url')) };
};

/** 9 digits are issued; others are read (contracts/mobile-app.md 5.1). */
export const isActivationCode = (code: string): boolean => /^[0-9]{6,12}$/.test(code);

/**
 * Service URL and SOAP address out of what a person typed or a link held: `<base>`, `<base>/` and
 * `<base>/PfPaWs.asmx` mean the same. `insecure` lets `http` pass, for a service on this machine.
 * @throws {LinkRefused}
 */
export const serviceUrls = (
  text: string,
  { insecure = false } = {},
): { readonly url: string; readonly soapUrl: string } => {
  const given = URL.parse(text) ?? refuse('the url is not absolute');
  if (given.protocol !== 'https:' && !(insecure && given.protocol === 'http:')) {
    refuse('the url is not https');
  }
  if (given.username !== '' || given.password !== '') refuse('the url holds a user name');
  if (text.includes('?') || text.includes('#')) refuse('the url holds a query or a fragment');
  const whole = `${given.origin}${given.pathname}`.replace(/\/+$/, '');
  const url = whole.replace(/\/pfpaws\.asmx$/i, '');
  return { url, soapUrl: url === whole ? `${url}/PfPaWs.asmx` : whole };
};

/** The link that a portal prints and its QR code holds. */
export const writeActivationLink = ({ code, url }: { code: string; url: string }): string =>
  `phonefactor://activate_account?code=${code}&url=${encodeURIComponent(url)}`;

const forms = [
  /^phonefactor:\/\/activate_account\/?\?(?<query>.*)$/i,
  /^https:\/\/[^/?#]+\/authenticatorApp\/activateAccount\?(?<query>[^#]*)$/i,
  /^https:\/\/[^?#]+\/app\/#activate\?(?<query>.*)$/i,
];

const queryOf = (link: string): string => {
  for (const form of forms) {
    const query = form.exec(link)?.groups?.['query'];
    if (query !== undefined) return query;
  }
  return refuse('this is no activation link');
};

const parametersOf = (query: string): ReadonlyMap<string, string> => {
  const parameters = new Map<string, string>();
  const pairs = query.split('&');
  if (pairs.length > maxParameters) refuse('the link holds too many parameters');
  for (const pair of pairs) {
    const [name = '', ...value] = pair.split('=');
    const key = name.toLowerCase();
    if (parameters.has(key)) refuse('the link repeats a parameter');
    parameters.set(key, decoded(value.join('=')));
  }
  return parameters;
};

const decoded = (value: string): string => {
  try {
    return decodeURIComponent(value);
  } catch {
    return refuse('the link holds a broken percent escape');
  }
};

const refuse = (why: string): never => {
  throw new LinkRefused(why);
};
