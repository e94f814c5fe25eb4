/** A failure that PVE reports to its caller: `message` goes to standard error as it stands, `exitCode` to the shell. */
export class PveFailure extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode = 255) {
    super(message);
    this.name = 'PveFailure';
    this.exitCode = exitCode;
  }
}

/** A worker was told to stop. */
export class InterruptFailure extends PveFailure {
  /** Whether only the worker was, so that what it had started goes on, and what it made stays. */
  readonly isLeft: boolean;

  constructor(message: string, isLeft: boolean) {
    super(message);
    this.name = 'InterruptFailure';
    this.isLeft = isLeft;
  }
}

/** What is wrong with which parameter. A problem that came from a format check ends in a newline of its own. */
export interface ParameterProblem {
  readonly parameter: string;
  readonly problem: string;
}

/** A failure with an HTTP status of its own, which the command line shows before the message. */
export class HttpFailure extends PveFailure {
  readonly status: number;
  /** The message without the status. */
  readonly reason: string;

  constructor(status: number, reason: string) {
    super(`${status} ${reason}`);
    this.name = 'HttpFailure';
    this.status = status;
    this.reason = reason;
  }
}

/** "400 Parameter verification failed": one line per problem, then (added by the command line) the usage. */
export class ParameterFailure extends PveFailure {
  readonly problems: readonly ParameterProblem[];

  constructor(problems: readonly ParameterProblem[], exitCode = 255) {
    const lines = problems.map(({ parameter, problem }) => `${parameter}: ${problem}\n`);
    super(`400 Parameter verification failed.\n${lines.join('')}`.replace(/\n$/, ''), exitCode);
    this.name = 'ParameterFailure';
    this.problems = problems;
  }
}

/** A command line that could not be understood; PVE prints the usage after it. */
export class UsageFailure extends PveFailure {
  constructor(message: string) {
    super(message);
    this.name = 'UsageFailure';
  }
}

/** The text of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** True for a failure of the operating system with this code, such as ENOENT. */
export function isSystemError(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

/** The refusal of PVE: `403 Permission check failed`, with what is missing where it says so. */
export function deny(detail?: string): HttpFailure {
  return new HttpFailure(403, `Permission check failed${detail === undefined ? '' : ` (${detail})`}`);
}
