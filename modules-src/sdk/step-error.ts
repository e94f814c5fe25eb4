/** Why a step failed, when the one who noticed knows whether it will pass. */
export class StepError extends Error {
  readonly transient: boolean;

  constructor(reason: string, transient: boolean) {
    super(reason);
    this.transient = transient;
  }
}
