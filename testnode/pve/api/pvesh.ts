import { complain } from '../runtime/output.ts';

/** `pvesh`: the API from the command line. */
export function runPvesh(argv: readonly string[]): Promise<number> {
  complain(`No '${argv[0] ?? ''}' handler defined for '${argv[1] ?? ''}'`);
  return Promise.resolve(1);
}
