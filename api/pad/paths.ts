/** What a path below the service's base stands for (contracts/mobile-app.md section 2). */
export type Route = 'pad' | 'soap' | 'plainTest' | 'pull' | 'absent';

export type Resolved = {
  readonly route: Route;
  /** The base as the request wrote it. */
  readonly base: string;
  /** The 22 characters behind `/a/`; they authorise, so their case counts. */
  readonly routeSegment: string | undefined;
  /** The path is the base itself, which a browser may open. */
  readonly isBase: boolean;
};

const routes: ReadonlyMap<string, Route> = new Map([
  ['', 'pad'],
  ['/pad', 'pad'],
  ['/pfpaws.asmx', 'soap'],
  ['/pfpaws.asmx/testpfwssdkconnection', 'plainTest'],
  ['/pull', 'pull'],
  // Web Push is not served.
  ['/pull/subscription', 'absent'],
  ['/pull/vapid', 'absent'],
]);

/** Paths are matched without regard to case, as the original's server did. */
export const resolvePath = (path: string, bases: readonly string[]): Resolved | undefined => {
  const base = bases.find((candidate) => {
    const head = path.slice(0, candidate.length).toLowerCase();
    return head === candidate.toLowerCase() && /^(?:\/|$)/.test(path.slice(candidate.length));
  });
  if (base === undefined) return undefined;
  const below = path.slice(base.length);
  const segment = /^\/a\/(?<segment>[A-Za-z0-9_-]{22})(?<rest>\/.*)?$/i.exec(below)?.groups;
  const rest = (segment === undefined ? below : (segment['rest'] ?? ''))
    .replace(/\/$/, '')
    .toLowerCase();
  const route = routes.get(rest);
  if (route === undefined) return undefined;
  return {
    route,
    base: path.slice(0, base.length),
    routeSegment: segment?.['segment'],
    isBase: rest === '',
  };
};
