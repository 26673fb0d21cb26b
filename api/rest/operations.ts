import type { Facade } from '../facade.ts';
import { approvals } from './approvals.ts';
import { audit } from './audit.ts';
import { authentications } from './authentications.ts';
import { blocks } from './blocks.ts';
import { bypasses } from './bypasses.ts';
import { callers } from './callers.ts';
import { configuration } from './configuration.ts';
import { events } from './events.ts';
import { eventTypes } from './eventTypes.ts';
import { exports } from './exports.ts';
import { factors } from './factors.ts';
import { imports } from './imports.ts';
import { ledger } from './ledger.ts';
import { mails } from './mails.ts';
import { maintenance } from './maintenance.ts';
import { pins } from './pins.ts';
import { privacy } from './privacy.ts';
import { radius } from './radius.ts';
import type { Operation } from './route.ts';
import { settings } from './settings.ts';
import { spareCodes } from './spareCodes.ts';
import { states } from './states.ts';
import { tokens } from './tokens.ts';
import { userHistory } from './userHistory.ts';
import { webhooks } from './webhooks.ts';
import { users } from './users.ts';

/** Every operation of the interface; the routes and the description are both made from this list. */
export const operationsOf = (facade: Facade): readonly Operation[] => {
  const live = liveOperations(facade);
  return [...live, ...states(facade, live, liveOperations)];
};

const liveOperations = (facade: Facade): readonly Operation[] => [
  ...authentications(facade),
  // Before the users: a path of one of them would take `/users/import` for a name.
  ...imports(facade),
  ...users(facade),
  ...userHistory(facade),
  ...privacy(facade),
  ...factors(facade),
  ...pins(facade),
  ...tokens(facade),
  ...spareCodes(facade),
  ...blocks(facade),
  ...bypasses(facade),
  ...callers(facade),
  ...settings(facade),
  ...configuration(facade),
  ...webhooks(facade),
  ...radius(facade),
  ...approvals(facade),
  ...mails(facade),
  ...audit(facade),
  // Before the events: `types` is no position.
  ...eventTypes(facade),
  ...events(facade),
  ...exports(facade),
  ...ledger(facade),
  ...maintenance(facade),
];
