import {
  allHandlersFinished,
  ApplicationFailure,
  condition,
  executeChild,
  ParentClosePolicy,
  setHandler,
  uuid4,
} from '@temporalio/workflow';
import { noActivation, type Activation } from '../domain/activation.ts';
import { authenticationStream } from '../domain/ids.ts';
import { systemActor, type OpenAttempt } from '../domain/inputs.ts';
import { activationOrigin } from '../domain/user.ts';
import {
  abandonSignal,
  beginUpdate,
  completeUpdate,
  confirmedSignal,
  endActivationSignal,
  validateUpdate,
  workflowTaskTimeout,
  type ActivationInput,
  type BegunActivation,
} from './contracts.ts';
import { inTurn, msUntil, steps, updateStep } from './steps.ts';

/** How long a validated call may take to fetch its secrets, and a device to be confirmed. */
const completeWithinMs = 30_000;
const confirmWithinMs = 10 * 60_000;

/**
 * One activation code, id `activation-<keyed hash of the code>` (contracts/mobile-app.md section 5). A call
 * reserves it, waits for the device's answer, then burns it; a call that fails frees it until its time is over.
 */
export async function activation({
  activationId,
  userId,
  expiresAt,
}: ActivationInput): Promise<void> {
  const turn = inTurn();
  let state: Activation = noActivation;
  let abandoned: string | undefined;
  let confirmed = false;
  const refresh = async () => void (state = await steps.readActivation({ activationId }));
  // Before anything that comes along with the start: handlers wait their turn.
  const known = turn(refresh);
  const isOver = () => state.status === 'ended';
  const isReserved = () => state.status === 'reserved' || state.status === 'validated';
  const isOf = (attempt: string) => 'attempt' in state && state.attempt === attempt;
  const fail = (attempt: string, reason: 'noAnswer' | 'abandoned') =>
    turn(async () => {
      await steps.failActivation({ activationId, step: `fail-${attempt}`, attempt, reason });
      await refresh();
    });

  setHandler(abandonSignal, ({ attempt }) => void (abandoned = attempt));
  setHandler(confirmedSignal, () => void (confirmed = true));
  setHandler(endActivationSignal, ({ reason }) =>
    turn(async () => {
      await steps.endActivation({ activationId, step: `end-${reason}`, reason });
      await refresh();
    }),
  );
  setHandler(validateUpdate, (answer) =>
    turn(async () => {
      const fits = await steps.validateActivation({ activationId, step: updateStep(), ...answer });
      await refresh();
      return fits;
    }),
  );
  setHandler(beginUpdate, async (call): Promise<BegunActivation> => {
    const { attempt } = call;
    const begun = await turn(async () => {
      const step = `begin-${attempt}`;
      const answer = await steps.beginActivation({ activationId, step, ...call });
      await refresh();
      return answer;
    });
    if (begun.kind !== 'reserved') return { kind: begun.kind };
    const settled = () => state.status === 'validated' || !isOf(attempt) || abandoned === attempt;
    await condition(settled, call.waitMs);
    if (state.status === 'validated' && abandoned !== attempt)
      return { kind: 'validated', userId: begun.userId, deviceId: begun.deviceId };
    await fail(attempt, abandoned === attempt ? 'abandoned' : 'noAnswer');
    return { kind: 'failed' };
  });
  setHandler(completeUpdate, (device) =>
    turn(async () => {
      const step = updateStep();
      const done = await steps.completeActivation({ activationId, step, ...device });
      await refresh();
      if (!done) throw ApplicationFailure.nonRetryable('the code was ended', 'expired');
      return done;
    }),
  );

  await known;
  await condition(isOver, msUntil(expiresAt));
  // A call that came in time may still be answered.
  if (!isOver()) await condition(() => !isReserved(), completeWithinMs + 85_000);
  if (!isOver())
    await turn(async () => {
      await steps.endActivation({ activationId, step: 'expire', reason: 'expired' });
      await refresh();
    });
  await condition(allHandlersFinished);
  if (state.status === 'ended' && state.reason === 'used')
    await settleDevice({ activationId, userId, confirmed: () => confirmed });
}

/** A device that is not confirmed in time vanishes; a confirmed one is tried once (5.5). */
async function settleDevice(options: {
  activationId: string;
  userId: string;
  confirmed: () => boolean;
}): Promise<void> {
  const { activationId, userId } = options;
  const origin = { actor: systemActor, correlationId: activationId };
  const confirmed = await condition(options.confirmed, confirmWithinMs);
  const denied = confirmed && (await testDenied(userId));
  if (confirmed && !denied) return;
  const reason = denied ? 'denied' : 'unconfirmed';
  await steps.removeActivated({ activationId, userId, reason, origin });
}

/** The test sign-in: a denial or a fraud report says that this device is not wanted; silence says nothing. */
async function testDenied(userId: string): Promise<boolean> {
  const requestId = uuid4().replaceAll('-', '').toUpperCase();
  const input: OpenAttempt = {
    requestId,
    who: { userId },
    application: 'Test',
    callerId: 'activation',
    originKey: activationOrigin(requestId),
    channel: 'portal',
    requireUserMatch: true,
    method: 'app',
    // No page shows a number here, and nothing of before says whose the new device is.
    numberMatch: false,
    mustAsk: true,
    origin: { actor: systemActor, correlationId: requestId },
  };
  await executeChild('authentication', {
    workflowId: authenticationStream(requestId),
    args: [input],
    parentClosePolicy: ParentClosePolicy.ABANDON,
    workflowTaskTimeout,
  });
  const outcome = await steps.readOutcome({ requestId });
  return outcome?.code === 'USER_DENIED' || outcome?.code === 'FRAUD_REPORTED';
}
