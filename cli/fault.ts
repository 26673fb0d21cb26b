/** What a command says before it ends with exit code 1: one line that names what to do. */
export class CommandFault extends Error {
  override readonly name: string = 'CommandFault';
  /** The server's problem document, shown with `--json`. */
  readonly problem: unknown;
  constructor(message: string, problem?: unknown) {
    super(message);
    this.problem = problem;
  }
}

/** The command was used wrongly: exit code 2. */
export class UsageFault extends CommandFault {
  override readonly name = 'UsageFault';
}
