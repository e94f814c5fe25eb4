import type { Line } from './lines.ts';

/** How a call ended: with that status of wait(2); no process was made for it; or Perl is gone, and nobody tells. */
export type Outcome = number | 'refused' | 'lost';

type Lines = readonly [input: Line, output: Line, errors: Line];

/** A call that Perl was asked for. */
export interface StartedCall {
  readonly outcome: Promise<Outcome>;
  /** Standard input, output and errors of its process; they never come where no process was made. */
  readonly lines: Promise<Lines>;
  /** Asks its process to end, or ends it. */
  readonly signal: (name: 'TERM' | 'KILL') => void;
}

/** The other side of it, which hears what becomes of the call. */
export interface CallEvents {
  readonly end: (outcome: Outcome) => void;
  readonly connect: (which: string, line: Line) => void;
}

export function openCall(signal: StartedCall['signal']): readonly [StartedCall, CallEvents] {
  const found = new Map<string, Line>();
  let end: CallEvents['end'] = () => undefined;
  let joined: (lines: Lines) => void = () => undefined;
  const outcome = new Promise<Outcome>(resolve => (end = resolve));
  const lines = new Promise<Lines>(resolve => (joined = resolve));
  const connect = (which: string, line: Line): void => {
    found.set(which, line);
    const [input, output, errors] = [found.get('input'), found.get('output'), found.get('errors')];
    if (input && output && errors) joined([input, output, errors]);
  };
  return [
    { outcome, lines, signal },
    { end, connect },
  ];
}
