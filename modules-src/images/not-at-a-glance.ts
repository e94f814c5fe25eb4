import { UserError } from '../sdk/error.ts';

/** What an image is cannot be told by what is on record alone. */
export class NotAtAGlance extends UserError {
  constructor(need: string) {
    super(`cannot tell at a glance whether the image is good: it takes ${need}; fetch it`);
  }
}
