import type { Facade } from '../facade.ts';
import { audit } from './audit.ts';
import { authentications } from './authentications.ts';
import { blocks } from './blocks.ts';
import { callers } from './callers.ts';
import { factors } from './factors.ts';
import { maintenance } from './maintenance.ts';
import type { Operation } from './route.ts';
import { settings } from './settings.ts';
import { users } from './users.ts';

/** Every operation of the interface; the routes and the description are both made from this list. */
export const operationsOf = (facade: Facade): readonly Operation[] => [
  ...authentications(facade),
  ...users(facade),
  ...factors(facade),
  ...blocks(facade),
  ...callers(facade),
  ...settings(facade),
  ...audit(facade),
  ...maintenance(facade),
];
