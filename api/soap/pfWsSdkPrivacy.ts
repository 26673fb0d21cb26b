import { done, required } from './pfWsSdkOperation.ts';
import type { SdkOperation } from './pfWsSdkOperation.ts';

/** What the audit log gives as reason; the contract has no input for one. */
const reason = 'Asked for over the Web Service SDK';

/** Everything on record about a person, as JSON text (contracts/sdk-soap.md section 6.2). */
export const getUserGdpr: SdkOperation = {
  scope: 'privacy',
  missing: 'userNotFound',
  async run(args, { facade, sdk }) {
    const data = await facade.commands.exportPerson(sdk.caller, required(args, 'username'));
    return { ...done, userData: JSON.stringify(data) };
  },
};

/** Removes a person and makes unreadable what is on record about them. */
export const deleteUserGdpr: SdkOperation = {
  scope: 'privacy',
  missing: 'userNotFound',
  async run(args, { facade, sdk }) {
    await facade.commands.erasePerson(sdk.caller, required(args, 'username'), reason);
    return done;
  },
};
