import { isUtf8 } from 'node:buffer';

const codeBehind = /^(.*)(\d{6})$/s;
// oxlint-disable-next-line no-control-regex -- control characters are what shows noise
const control = /[\x00-\x1f\x7f]/;

/** Whether octets can be what a person typed; with a wrong shared secret they are noise. */
export const isTyped = (password: Buffer): boolean =>
  isUtf8(password) && !control.test(password.toString('utf8'));

/** Password and code in one field. One octet is one character here, so that the split changes nothing. */
export const splitCode = (
  password: Buffer,
): { readonly password: Buffer; readonly code?: string } => {
  const [, before, code] = codeBehind.exec(password.toString('latin1')) ?? [];
  return before === undefined || before === '' || code === undefined
    ? { password }
    : { password: Buffer.from(before, 'latin1'), code };
};
