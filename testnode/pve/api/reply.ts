import { HttpFailure, messageOf, ParameterFailure } from '../runtime/failure.ts';
import { Answer, Download } from './answer.ts';

/** What goes back to a REST client, in words that survive the way from one process to another. */
export interface Reply {
  readonly status: number;
  readonly reason: string;
  /** The JSON object. */
  readonly body?: Readonly<Record<string, unknown>>;
  /** A body that is no JSON, with its type and further headers. */
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const PARAMETERS_FAILED = 'Parameter verification failed.';

/** The reply to a call that ended well. */
export function replyWith(answer: unknown): Reply {
  if (answer instanceof Download) {
    const disposition = `attachment; filename="${answer.name}"`;
    return {
      status: 200,
      reason: 'OK',
      text: answer.text,
      headers: { 'Content-Type': 'text/plain', 'Content-Disposition': disposition },
    };
  }
  const [data, attributes] = answer instanceof Answer ? [answer.data, answer.attributes] : [answer, {}];
  return { status: 200, reason: 'OK', body: { data: data ?? null, ...attributes } };
}

/** The reply to a call that failed: 400 for parameters, a status of its own, or 500 for any other refusal. */
export function replyTo(error: unknown): Reply {
  if (error instanceof ParameterFailure) {
    const errors = Object.fromEntries(error.problems.map(({ parameter, problem }) => [parameter, problem]));
    return failure(400, PARAMETERS_FAILED, { errors });
  }
  if (error instanceof HttpFailure) return failure(error.status, error.reason);
  return failure(500, messageOf(error));
}

/** A reply of the proxy's own: its text alone, or nothing at all. */
export function plainReply(status: number, reason: string, text?: string): Reply {
  return { status, reason, ...(text === undefined ? {} : { text }) };
}

/** A refusal in JSON. The reason is what stands in the first line; the message ends in a newline. */
export function failure(
  status: number,
  message: string,
  more: Readonly<Record<string, unknown>> = {},
): Reply {
  const text = message.endsWith('\n') ? message : `${message}\n`;
  return { status, reason: firstLine(message), body: { data: null, message: text, ...more } };
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? '';
}
