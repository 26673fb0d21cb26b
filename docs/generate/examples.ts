import type { JsonSchema } from '../../adapters/eventStore/typeSchemas.ts';

/** Made-up values that read like real ones; by name where the kind alone says too little. */
const id = '0197A3C2D4E57B1890AB12CD34EF5678';
const hash = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';
const sealed = 's1:7Q2kX9bR4tYvLm3N:q83vEjRWeJDerb7vyv66';
const names: Readonly<Record<string, string>> = {
  application: 'VPN',
  rule: 'trustedAddress',
  reason: 'lost phone',
  masked: '+1 XXX-XXX-1234',
  provider: 'first',
  language: 'en',
  version: '1.0.0',
  node: 'first',
  expiresAt: '2026-03-02T09:31:00.000Z',
  until: '2026-03-02T09:35:00.000Z',
};
/** What must fit together, by type. */
const byType: Readonly<Record<string, JsonSchema>> = {
  AuthenticationSkipped: { code: 'TRUSTED_IP' },
  AuthenticationDenied: { code: 'USER_DENIED' },
  AuthenticationExpired: { code: 'NO_RESPONSE' },
  AuthenticationFailed: { code: 'INTERNAL' },
  AuthenticationCancelled: { code: 'CALLER_GONE' },
  AuthenticationContactFailed: { code: 'UNREACHABLE' },
  UserChallengeClosed: { code: 'USER_DENIED' },
  UserOverridesChanged: { fields: ['group'] },
  QuestionsSet: { questions: ['First pet?', 'First school?', 'First street?', 'First car?'] },
  ApprovalRequested: {
    policy: { name: 'Membership of payroll' },
    subject: { kind: 'group', id: 'S-1-5-21-7', name: 'Payroll' },
  },
  ApprovalStageStarted: { approvers: { userIds: [id] } },
  SettingsChanged: { changes: { requestSeconds: 90 } },
  ConfigurationItemSet: { kind: 'webhook', item: { name: 'first' } },
};
const at = '2026-03-02T09:30:00.000Z';

const isObject = (value: unknown): value is JsonSchema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const first = (value: unknown): unknown => (Array.isArray(value) ? value[0] : undefined);

const textFor = (name: string): string => {
  if (/Ids?$|^id$|^by$/.test(name)) return id;
  if (/Hash|Key$|^hash$|^root$/.test(name)) return hash;
  return name;
};

/** The example of an event type. */
export function eventExample(type: string, schema: JsonSchema): JsonSchema {
  const made = exampleOf(schema, type);
  return { ...(isObject(made) ? made : {}), ...byType[type] };
}

/**
 * A value that passes a schema, every optional field included; the same for every run.
 * @param name of the field that it is for
 */
function exampleOf(schema: JsonSchema, name: string, root: JsonSchema = schema): unknown {
  if (Object.hasOwn(names, name) && schema['type'] === 'string' && schema['enum'] === undefined)
    return names[name];
  if (typeof schema['$ref'] === 'string') {
    const [definition] = schema['$ref'].split('/').slice(-1);
    const definitions = root['$defs'];
    const found = isObject(definitions) ? definitions[definition ?? ''] : undefined;
    return isObject(found) ? exampleOf(found, name, root) : {};
  }
  const choice = first(schema['enum']) ?? schema['const'];
  if (choice !== undefined) return choice;
  const variant = first(schema['anyOf']) ?? first(schema['oneOf']);
  if (isObject(variant)) return exampleOf(variant, name, root);
  if (schema['format'] === 'sealed') return sealed;
  if (schema['format'] === 'date-time') return at;
  switch (schema['type']) {
    case 'boolean':
      return true;
    case 'integer':
    case 'number':
      return Math.max(1, Number(schema['minimum'] ?? 1));
    case 'array':
      return isObject(schema['items']) ? [exampleOf(schema['items'], name, root)] : [];
    case 'object': {
      const { properties } = schema;
      return isObject(properties)
        ? Object.fromEntries(
            Object.entries(properties).map(([key, value]) => [
              key,
              isObject(value) ? exampleOf(value, key, root) : undefined,
            ]),
          )
        : {};
    }
    default:
      return textFor(name);
  }
}
