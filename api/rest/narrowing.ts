import type { Facade } from '../facade.ts';
import type { Reach } from '../facade/apiClients.ts';
import { narrowed } from './narrowed.ts';
import { Problem } from './problem.ts';
import type { Operation, Principal } from './route.ts';

/** Different limits whose operations are kept ready; making them again takes milliseconds. */
const maxKept = 100;

/** What people and logins are reached by; all else, such as figures of the whole server, knows no limits. */
const limitable: ReadonlySet<string> = new Set([
  'authentications',
  'users',
  'devices',
  'tokens',
  'blocks',
  'bypasses',
]);

/** Operations as a token's limits have them: over doors that show what is within its reach only. */
export const narrowing = (
  facade: Facade,
  operationsOf: (facade: Facade) => readonly Operation[],
): ((operation: Operation, principal: Principal) => Operation) => {
  const made = new Map<string, ReadonlyMap<string, Operation>>();

  const within = (reach: Reach): ReadonlyMap<string, Operation> => {
    const key = JSON.stringify([reach.groups, reach.applications]);
    const known = made.get(key);
    if (known) return known;
    const operations = operationsOf(narrowed(facade, reach));
    const all = new Map(operations.map((operation) => [operation.id, operation]));
    if (made.size >= maxKept) made.clear();
    made.set(key, all);
    return all;
  };

  return (operation, { limits }) => {
    if (limits?.groups === undefined && limits?.applications === undefined) return operation;
    const found = limitable.has(operation.tag) ? within(limits).get(operation.id) : undefined;
    if (found) return found;
    throw new Problem(403, 'TOKEN_LIMITED', 'What this call shows knows no limits of a token.');
  };
};
