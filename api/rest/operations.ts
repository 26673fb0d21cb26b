import type { Facade } from '../facade.ts';
import { apiClients } from './apiClients.ts';
import { approvals } from './approvals.ts';
import { audit } from './audit.ts';
import { authentications } from './authentications.ts';
import { authenticationStream } from './authenticationStream.ts';
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
import { metrics } from './metrics.ts';
import { mim } from './mim.ts';
import { pins } from './pins.ts';
import { privacy } from './privacy.ts';
import { projections } from './projections.ts';
import { radius } from './radius.ts';
import { retention } from './retention.ts';
import type { Operation } from './route.ts';
import { settings } from './settings.ts';
import { spareCodes } from './spareCodes.ts';
import { states } from './states.ts';
import { tokens } from './tokens.ts';
import { userHistory } from './userHistory.ts';
import { warnings } from './warnings.ts';
import { webhooks } from './webhooks.ts';
import { users } from './users.ts';

/** Every operation of the interface; the routes and the description are both made from this list. */
export const operationsOf = (facade: Facade): readonly Operation[] => {
  const live = liveOperationsOf(facade);
  return [...live, ...states(facade, live, liveOperationsOf)];
};

/** Those that show how things are now. */
export const liveOperationsOf = (facade: Facade): readonly Operation[] => [
  ...authentications(facade),
  ...authenticationStream(facade),
  ...mim(facade),
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
  ...apiClients(facade),
  ...settings(facade),
  ...warnings(facade),
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
  ...retention(facade),
  ...maintenance(facade),
  ...projections(facade),
  ...metrics(facade),
];
