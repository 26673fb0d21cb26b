import type { MailTexts } from './texts.ts';

const greeting = 'Hello <$name$>,\n\n';
const signature = '\n\n<$company$>\n<$portal_url$>';
const notYou =
  '\n\nIf this was not you, tell your help desk at once: somebody may be using your account.';

/** What is sent where no template says otherwise. */
export const english: MailTexts = {
  fraudReported: {
    subject: 'Fraud reported by <$username$>',
    text: 'A sign-in request was answered with "report fraud".\n\nUser: <$name$> (<$username$>)\nApplication: <$application_name$>\nTime: <$at$>\nAccount blocked until: <$until$>\n\nPlease look into it and review the report.',
  },
  lockedOut: {
    subject: 'Account <$username$> is locked',
    text: 'An account was locked after repeated wrong PINs.\n\nUser: <$name$> (<$username$>)\nReason: <$reason$>\nLocked until: <$until$>',
  },
  guessing: {
    subject: 'Wrong codes for your account',
    text: `${greeting}several wrong codes in a row were entered for your account <$username$>.${notYou}${signature}`,
  },
  pushFatigue: {
    subject: 'Sign-in of <$username$> approved after many refusals',
    text: 'A sign-in was approved shortly after the same person had refused, or not answered, many others. Somebody else may have worn them out.\n\nUser: <$name$> (<$username$>)\nApplication: <$application_name$>\n\nPlease ask them, and block the account if the sign-in was not theirs.',
  },
  recoveryCodeUsed: {
    subject: 'A recovery code was used',
    text: `${greeting}one of the recovery codes of your account <$username$> was used to sign in. It does not work a second time.\n\nApplication: <$application_name$>${notYou}${signature}`,
  },
  factorChanged: {
    subject: 'The way you sign in was changed',
    text: `${greeting}the sign-in settings of your account <$username$> were changed.\n\nChanged: <$changed$>\nPhone: <$phone$>${notYou}${signature}`,
  },
  factorChangedText: {
    subject: 'The way you sign in was changed',
    text: '<$company$>: the way you sign in was changed: <$changed$>. If this was not you, tell your help desk at once.',
  },
  userAdded: {
    subject: 'Your account for two-step sign-in',
    text: `${greeting}your account <$username$> now uses two-step sign-in.\n\nPhone: <$phone$>\nPIN, to be changed at the first sign-in: <$initial_pin$>${signature}`,
  },
  userUpdated: {
    subject: 'Your account for two-step sign-in was changed',
    text: `${greeting}the two-step sign-in of your account <$username$> was changed by an administrator.\n\nPhone: <$phone$>\nPIN, to be changed at the next sign-in: <$initial_pin$>${signature}`,
  },
  enrolment: {
    subject: 'Please set up two-step sign-in',
    text: `${greeting}please set up two-step sign-in for your account <$username$>.\n\nOpen this page and sign in: <$portal_url$>\n\n<$company$>`,
  },
  approvalAsked: {
    subject: 'Approval asked: <$title$>',
    text: `${greeting}<$requestor$> asks for your approval.\n\nRequest: <$title$>\nReason: <$reason$>\nTo be decided until: <$until$>\n\nSign in to decide; this message has no buttons on purpose.${signature}`,
  },
  approvalReminder: {
    subject: 'Approval still open: <$title$>',
    text: `${greeting}a request by <$requestor$> still waits for your decision.\n\nRequest: <$title$>\nTo be decided until: <$until$>\n\nSign in to decide; this message has no buttons on purpose.${signature}`,
  },
  approvalEscalated: {
    subject: 'Approval escalated: <$title$>',
    text: `${greeting}a request by <$requestor$> was not decided in time and goes to the next level.\n\nRequest: <$title$>\nTo be decided until: <$until$>${signature}`,
  },
  approvalSettled: {
    subject: 'Approval settled: <$title$>',
    text: `${greeting}a request that you were asked to decide has been settled by others.\n\nRequest: <$title$>\nOutcome: <$state$>${signature}`,
  },
  approvalCreated: {
    subject: 'Your request was received: <$title$>',
    text: `${greeting}your request waits for approval.\n\nRequest: <$title$>\nTo be decided until: <$until$>${signature}`,
  },
  approvalDecided: {
    subject: 'Your request: <$title$>',
    text: `${greeting}there is news about your request.\n\nRequest: <$title$>\nState: <$state$>\nComment: <$comment$>${signature}`,
  },
  approvalEnding: {
    subject: 'Your access ends soon: <$title$>',
    text: `${greeting}what you were granted ends soon.\n\nRequest: <$title$>\nEnds: <$until$>${signature}`,
  },
  approvalStuck: {
    subject: 'Approval needs attention: <$title$>',
    text: `${greeting}a request under your policy needs attention.\n\nRequest: <$title$>\nState: <$state$>\nReason: <$reason$>${signature}`,
  },
  webhookParked: {
    subject: 'A webhook was given up: <$webhook$>',
    text: 'A message to another system could not be delivered and is no longer tried. It is kept; order it again once that system answers.\n\nWebhook: <$webhook$>\nMessage: <$type$>\nDelivery: <$deliveryId$>\nReason: <$reason$>\n\n<$company$>',
  },
  ledgerBroken: {
    subject: 'Warning: the audit log is not what was signed',
    text: 'A check of the audit log against its signed checkpoints has failed: somebody or something has changed it. Sign-ins go on.\n\nWhat: <$fault$>\nFirst bad position: <$position$>\nDetail: <$reason$>\nTime: <$at$>\n\nKeep the files as they are, and run "countersign audit verify" on a copy.\n\n<$company$>',
  },
  exportTargetDown: {
    subject: 'The log does not reach another system: <$target$>',
    text: 'Another system takes no events of the audit log. They wait in the log and are sent once it answers; nothing is lost.\n\nTarget: <$target$>\nLast event that it has: <$position$>\nReason: <$reason$>\n\n<$company$>',
  },
  viewsLag: {
    subject: 'Lists are behind the audit log',
    text: 'What lists and reports show is older than it may be. Sign-ins are decided by the log itself and go on.\n\nBehind: <$seconds$> seconds\nShown up to position: <$position$>\nNewest position: <$newest$>\n\n<$company$>',
  },
  failOpenSet: {
    subject: 'Warning: sign-ins may succeed without a second factor',
    text: 'A setting was changed so that sign-ins succeed where they would otherwise be refused.\n\nSetting: <$setting$>\nTime: <$at$>\n\nIf this was not intended, set it back at once.\n\n<$company$>',
  },
  mailTest: {
    subject: 'Test message',
    text: 'This is a test message: mail leaves this server.\n\n<$company$>',
  },
};
