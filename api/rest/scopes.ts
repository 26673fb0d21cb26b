/** What an API client may be allowed to do (spec/65 'Scopes'); the local administrator has them all. */
export const scopes = [
  'users.read',
  'users.write',
  'verify',
  'approvals.request',
  'approvals.decide',
  'approvals.read',
  'approvals.admin',
  'events.read',
  'reports.read',
  'bypass.write',
  'block.write',
  'settings.read',
  'settings.write',
  'sync.run',
  'sync.approve',
  'devices.write',
  'tokens.write',
  'privacy',
  'health',
] as const;
export type Scope = (typeof scopes)[number];
