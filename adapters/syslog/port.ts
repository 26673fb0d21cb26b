export type SyslogTarget = {
  readonly host: string;
  readonly port: number;
  /** Name in its certificate, where it is not the host's. */
  readonly serverName?: string;
  /** PEM. */
  readonly ca?: string;
};

/** A connection that messages go out on, in order. */
export type SyslogConnection = {
  /** Resolves once the message is on its way. */
  send(frames: Uint8Array): Promise<void>;
  /**
   * Ends the connection and resolves once the receiver has ended it too, which it does when it has read everything: the
   * only word that this protocol has for it (RFC 5425 §4.4).
   */
  confirm(): Promise<void>;
  /** Ends it without a word. */
  destroy(): void;
};

/** A receiver of syslog messages over TLS (RFC 5425). */
export interface Syslog {
  connect(target: SyslogTarget): Promise<SyslogConnection>;
}
