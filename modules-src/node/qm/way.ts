import { runCommand, type CommandResult } from '../../system/run-command.ts';
import { callPerl } from './call.ts';
import { startPerl, type Perl } from './perl.ts';
import { isUsable } from './usable.ts';

/** From so many calls on, loading once takes less than loading for each. */
const WORTH = 2;

let isPlain = false;
let perl: Promise<Perl | undefined> | undefined;
let made = { warm: 0, plain: 0 };

/** `plain`: every call starts `qm`. */
export function chooseWay(way: unknown): void {
  isPlain = way === 'plain';
}

/** Gets ready for so many calls, while whoever wants them still looks and waits. */
export function expectCalls(count: number): void {
  if (count >= WORTH && !isPlain) perl ??= prepare();
}

/** Nothing is lost where it cannot be had: calls are then made as ever. */
const prepare = async (): Promise<Perl | undefined> => {
  try {
    return (await isUsable()) ? await startPerl() : undefined;
  } catch {
    return undefined;
  }
};

/** One call of `qm`; `argv` does not have its name. */
export async function callQm(argv: readonly string[], input: string): Promise<CommandResult> {
  const ready = await perl;
  const result = (await ready?.ready) === true && ready ? await callPerl(ready, argv, input) : undefined;
  made[result === undefined ? 'plain' : 'warm'] += 1;
  return result ?? runCommand(['qm', ...argv], input);
}

/** Ends what was started for calls; answers how many were made in which way. */
export async function endCalls(): Promise<typeof made> {
  (await perl)?.end();
  const counted = made;
  [perl, made] = [undefined, { warm: 0, plain: 0 }];
  return counted;
}
