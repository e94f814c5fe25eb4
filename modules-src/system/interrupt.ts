import { setMaxListeners } from 'node:events';
import { UserError } from '../sdk/error.ts';

const controller = new AbortController();

/** Aborted when the module is told to stop; running commands and downloads follow it. */
export const interrupted: AbortSignal = controller.signal;

// As many follow it as there are requests at once; of more than ten Node.js warns.
setMaxListeners(0, interrupted);

/** From now on SIGTERM, SIGINT and SIGHUP stop the work in an orderly way. */
export function watchSignals(): void {
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    process.on(signal, () =>
      controller.abort(
        new UserError(`stopped by ${signal}: nothing more was done; run the play again to finish`),
      ),
    );
  }
}

/** Throws when the module was told to stop. */
export function throwIfInterrupted(): void {
  interrupted.throwIfAborted();
}
