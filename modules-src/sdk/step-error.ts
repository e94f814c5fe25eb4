/** Why a step failed, when the one who noticed knows whether it will pass. */
export class StepError extends Error {
  readonly transient: boolean;
  /** Whoever was to be asked or told was not reached, or does not listen to us: of anything else it says nothing. */
  readonly isUnheard: boolean;

  constructor(reason: string, transient: boolean, isUnheard = false) {
    super(reason);
    this.transient = transient;
    this.isUnheard = isUnheard;
  }
}
