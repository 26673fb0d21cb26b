/** Where the log goes all the time, as it is recorded (spec/85 'Export and live feeds'). */
export type ExportTarget = {
  readonly type: 'syslog';
  readonly host: string;
  readonly port: number;
  /** The name that its certificate must have; `host` where absent. */
  readonly serverName?: string;
  /** Authorities in PEM that its certificate may come from; those of this machine where absent. */
  readonly ca?: string;
  /** What the message of RFC 5424 holds: a sentence, or one line of another format. */
  readonly format: 'syslog' | 'cef' | 'ocsf';
  /** Event types; `*` at the end stands for anything. */
  readonly types: readonly string[];
  /** RFC 5424 §6.2.1. */
  readonly facility: number;
  /** The first event: the oldest of the log, or the first after this target was made. */
  readonly from: 'start' | 'now';
  readonly active: boolean;
};
