import {
  activationStream,
  apiCallStream,
  apiTokenStream,
  settingsStream,
  userStream,
  usernameStream,
} from '../../../domain/ids.ts';
import { createLog, type Log } from './log.ts';
import { createRandom } from './random.ts';
import { approval, delegate } from './randomApprovals.ts';
import { audit } from './randomAuditing.ts';
import { deliver } from './randomDeliveries.ts';
import { mail } from './randomMails.ts';
import { authenticate } from './randomRequests.ts';
import { hardwareToken, spareCodes } from './randomTokens.ts';
import { changeProofs, changeRecord, keepRecords, moveFiles } from './randomUsers.ts';
import { block, later, sealedFor, type Person, type World } from './world.ts';

const addUser = ({ log, random, people }: World): void => {
  const id = random.id();
  const sealed = sealedFor(id);
  const usernameKey = `key${id}`;
  log.add(usernameStream(usernameKey), 'UsernameReserved', { userId: id });
  log.add(userStream(id), 'UserAdded', {
    username: sealed('username', `Person${people.length}@example.org`),
    usernameKey,
    ...(random.chance(0.7) ? { firstName: sealed('firstName', 'Jo') } : {}),
    ...(random.chance(0.7) ? { lastName: sealed('lastName', 'Smith') } : {}),
    ...(random.chance(0.5) ? { email: sealed('email', 'jo@example.org') } : {}),
    ...(random.chance(0.5) ? { group: 'Staff' } : {}),
    enabled: random.chance(0.9),
    method: random.pick(['app', 'oath']),
    appMode: 'standard',
    objectId: random.uuid(),
    source: random.pick(['manual', 'import']),
  });
  people.push({ id, devices: [], tokens: [] });
};

const changeUser = ({ log, random }: World, { id }: Person): void => {
  const stream = userStream(id);
  const sealed = sealedFor(id);
  random.pick([
    () => log.add(stream, 'UserUpdated', { lastName: sealed('lastName', random.id()) }),
    () => log.add(stream, 'UserUpdated', { email: sealed('email', 'b@c.d'), group: 'Others' }),
    () => log.add(stream, 'UserMethodChanged', { method: 'oath', appMode: 'standard' }),
    () =>
      log.add(stream, 'UserPhoneChanged', {
        which: random.pick(['primary', 'backup']),
        masked: '+1 XXXXXXX147',
        phone: sealed('phone', '+1 5550000147'),
        phoneKey: random.id(),
      }),
    () => log.add(stream, 'UserDisabled', {}),
    () => log.add(stream, 'UserEnabled', {}),
  ])();
};

const removeUser = ({ log, people, random }: World, person: Person): void => {
  const usernameKey = `key${person.id}`;
  log.add(userStream(person.id), 'UserRemoved', { usernameKey, openRequests: [] });
  log.add(usernameStream(usernameKey), 'UsernameReleased', { userId: person.id });
  if (random.chance(0.5)) log.add(userStream(person.id), 'UserErased', { reason: 'asked for' });
  people.splice(people.indexOf(person), 1);
};

const activate = ({ log, random }: World, person: Person): void => {
  const activationId = random.id();
  const stream = activationStream(activationId);
  const user = userStream(person.id);
  const expiresAt = later(log, 600_000);
  log.add(stream, 'ActivationIssued', { userId: person.id, expiresAt, routeHash: random.id() });
  log.add(user, 'DeviceActivationRequested', { activationId, expiresAt });
  const deviceId = random.uuid();
  const begun = { attempt: random.id(), guid: random.uuid(), tokenHash: random.id(), deviceId };
  if (random.chance(0.9))
    log.add(stream, 'ActivationBegun', { ...begun, answerBy: later(log, 45_000) });
  if (random.chance(0.3)) {
    const reason = random.pick(['noAnswer', 'refused', 'abandoned'] as const);
    log.add(stream, 'ActivationAttemptFailed', { attempt: begun.attempt, reason });
    log.add(stream, 'ActivationEnded', { reason: random.pick(['expired', 'replaced', 'revoked']) });
    return;
  }
  log.add(stream, 'ActivationValidated', { attempt: begun.attempt, appVersion: '1.4.0' });
  log.add(user, 'DeviceActivated', {
    deviceId,
    activationId,
    name: sealedFor(person.id)('name', "Jo's phone"),
    tokenHash: begun.tokenHash,
    appVersion: '1.4.0',
    ...(random.chance(0.8) ? { oathSecret: sealedFor(person.id)('oathSecret', 'seed') } : {}),
    confirmationHash: random.id(),
    confirmBy: later(log, 300_000),
    drift: 0,
  });
  log.add(stream, 'ActivationEnded', { reason: 'used' });
  if (random.chance(0.9)) log.add(user, 'DeviceConfirmed', { deviceId, activationId });
  person.devices.push(deviceId);
};

const changeDevice = ({ log, random }: World, person: Person): void => {
  const deviceId = random.pick(person.devices);
  const stream = userStream(person.id);
  if (!deviceId) return;
  if (random.chance(0.4)) {
    log.add(stream, 'DeviceRemoved', { deviceId, reason: 'removed' });
    person.devices.splice(person.devices.indexOf(deviceId), 1);
    return;
  }
  log.add(stream, 'DevicePermitIssued', { deviceId, permitHash: random.id() });
  if (random.chance(0.6))
    log.add(stream, 'DeviceTokenChanged', {
      deviceId,
      tokenHash: random.id(),
      notificationType: 'pull',
    });
};

const changeTokens = ({ log, random }: World, person: Person): void => {
  const stream = userStream(person.id);
  const old = random.chance(0.4) ? person.tokens.pop() : undefined;
  if (old) {
    log.add(stream, 'TokenDisabled', { tokenId: old });
    return;
  }
  const tokenId = random.id();
  const secret = sealedFor(person.id)('secret', 'JBSWY3DPEHPK3PXP');
  const token = { tokenId, serial: `T${person.tokens.length}`, secret };
  log.add(stream, 'TokenAssigned', { ...token, digits: 6, periodSeconds: 30 });
  person.tokens.push(tokenId);
};

const unblock = ({ log, random }: World, person: Person): void => {
  if (person.blockId === undefined) return;
  const ended = random.pick(['unblocked', 'expired'] as const);
  const { blockId } = person;
  log.add(userStream(person.id), 'UserUnblocked', { blockId, reason: 'Phone found', ended });
  log.add(userStream(person.id), 'UserUnlocked', { reason: 'Phone found' });
  delete person.blockId;
};

const configure = ({ log, random, accounts, clients, items }: World): void => {
  const hash = random.id();
  random.pick([
    () =>
      log.add(settingsStream, 'SettingsChanged', {
        changes: { requestSeconds: 30 + random.below(60), requireTls: random.chance(0.5) },
      }),
    () => {
      const id = random.id();
      accounts.push(id);
      const account = { accountId: id, name: `svc${id}`, secretHash: hash, groups: ['Callers'] };
      log.add(settingsStream, 'ServiceAccountAdded', account);
    },
    () => {
      const accountId = accounts.pop();
      if (accountId) log.add(settingsStream, 'ServiceAccountRemoved', { accountId });
    },
    () => {
      const clientId = random.id();
      clients.push(clientId);
      const client = { clientId, name: 'script', secretHash: hash, scopes: ['verify'] };
      const shown = random.chance(0.3)
        ? { kind: 'certificate' as const, certificates: [random.id()] }
        : {};
      log.add(settingsStream, 'ApiClientAdded', { ...client, ...shown });
    },
    () => {
      const clientId = clients.pop();
      if (clientId) log.add(settingsStream, 'ApiClientRemoved', { clientId });
    },
    () => {
      const clientId = clients.at(-1) ?? random.id();
      const enabled = random.chance(0.5);
      const client = { clientId, name: 'script', scopes: ['verify'], limits: {}, enabled };
      const certificateNames = random.chance(0.3) ? ['program.example.org'] : [];
      log.add(settingsStream, 'ApiClientChanged', { ...client, certificateNames });
      log.add(settingsStream, 'ApiClientSecretReplaced', { clientId, secretHash: hash });
    },
    () => {
      const clientId = clients.at(-1) ?? random.id();
      const [tokenId, until] = [random.id(), new Date(log.nowMs() + 5_000).toISOString()];
      const token = { clientId, tokenId, until };
      log.add(apiTokenStream(tokenId), 'ApiClientTokenIssued', { ...token, scopes: ['verify'] });
      log.add(apiTokenStream(tokenId), 'ApiClientTokenRevoked', token);
      const call = { operation: 'addUser', status: 201 };
      log.add(apiCallStream(hash), 'ApiCallBegun', { operation: 'addUser', fingerprint: hash });
      log.add(apiCallStream(hash), 'ApiCallAnswered', call);
    },
    () => {
      const itemId = random.pick([...items, random.id()]);
      if (!items.includes(itemId)) items.push(itemId);
      const item = { type: 'user', seconds: random.below(600) };
      log.add(settingsStream, 'ConfigurationItemSet', { kind: 'cacheRule', itemId, item });
    },
    () => {
      const itemId = items.pop();
      if (itemId)
        log.add(settingsStream, 'ConfigurationItemRemoved', { kind: 'cacheRule', itemId });
    },
  ])();
};

/** What the program has to say of itself. */
const runProgram = ({ log, random }: World): void => {
  random.pick([
    () => {
      const position = log.lines.length;
      const backup = random.id();
      log.add('system', 'SystemBackupMade', { backup, position, sizeBytes: 1, durationMs: 2 });
      log.add('system', 'SystemMasterKeyRotated', {
        generation: 2,
        keys: 3,
        begunAt: new Date(log.nowMs()).toISOString(),
      });
      log.add('system', 'SystemRestored', {
        restorationId: '0'.repeat(16),
        backup,
        madeAt: new Date(log.nowMs()).toISOString(),
        position,
        leftOut: 0,
        lost: random.below(3),
        note: 'signed',
      });
      log.add('system', 'SystemStarted', { node: 'n1', version: '0.1.0' });
    },
    () => log.add('system', 'UnsealedPayloadRefused', { workflowId: 'authentication-1' }),
    () => log.add('system', 'ProviderDown', { provider: 'P1', reason: 'HTTP 503' }),
    () => log.add('system', 'ProviderUp', { provider: 'P1' }),
    () => log.add('system', 'ClockSkewDetected', { skewMs: random.below(20_000) - 10_000 }),
    () => log.add('radius', 'RadiusClientSecured', { clientId: 'vpn', address: '192.0.2.1' }),
    () => log.add('radius', 'RadiusClientReset', { clientId: 'vpn' }),
    () =>
      log.add('radius', 'RadiusPacketsDropped', {
        reason: 'unknownClient',
        packets: 1 + random.below(9),
        address: '192.0.2.66',
      }),
    () => log.add('radius', 'RadiusSecretDoubted', { clientId: 'vpn' }),
    () => log.add('accounting-S1', 'AccountingStarted', { clientId: 'vpn', nas: 'gw1' }),
    () => log.add('accounting-S1', 'AccountingInterim', { clientId: 'vpn', seconds: 60 }),
    () => log.add('accounting-S1', 'AccountingStopped', { clientId: 'vpn', seconds: 90, cause: 1 }),
    () =>
      log.add('ledger', 'LedgerKeyAdded', {
        keyId: '0a0b0c0d',
        verifier: 'log.example+0a0b0c0d+AQ',
      }),
    () =>
      log.add('ledger', 'LedgerCheckpointSigned', {
        size: 1 + random.below(99),
        root: 'cm9vdA',
        keyId: '0a0b0c0d',
        note: 'log.example',
      }),
    () => log.add('ledger', 'LedgerVerified', { events: 9, signedSize: 9 }),
    () =>
      log.add('ledger', 'LedgerChainBroken', { fault: 'altered', position: 3, detail: 'so it is' }),
  ])();
};

/** A plausible life of an installation, with every event type in it once it is long enough. */
export const randomLog = (seed: number, steps: number): Log => {
  const log = createLog();
  const world: World = {
    log,
    random: createRandom(seed),
    people: [],
    accounts: [],
    clients: [],
    items: [],
  };
  const { random, people } = world;
  log.add(settingsStream, 'DeploymentCreated', {
    tenantId: random.uuid(),
    groupKey: random.id().toLowerCase(),
    companyName: 'Example Org',
  });
  const general = [
    audit,
    addUser,
    configure,
    moveFiles,
    addUser,
    configure,
    runProgram,
    deliver,
  ] as const;
  const withPerson = [
    authenticate,
    authenticate,
    authenticate,
    authenticate,
    activate,
    activate,
    changeUser,
    changeRecord,
    changeProofs,
    changeDevice,
    changeTokens,
    hardwareToken,
    spareCodes,
    block,
    unblock,
    mail,
    approval,
    approval,
    delegate,
    removeUser,
    keepRecords,
  ];
  for (let step = 0; step < steps; step += 1) {
    const person = people.length > 0 ? random.pick(people) : undefined;
    if (!person || random.chance(0.15)) random.pick(general)(world);
    else if (random.chance(0.05)) authenticate(world, undefined);
    else random.pick(withPerson)(world, person);
  }
  return log;
};
