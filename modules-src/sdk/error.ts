/**
 * Something the user can fix. The message reads `<what could not be done>: <why>; <what to do>`.
 * Any other error is a bug and is reported with its stack.
 */
export class UserError extends Error {
  override readonly name = 'UserError';
  /** Machine-readable details for the module's result, such as the list of problems. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(message: string, details: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.details = details;
  }
}
