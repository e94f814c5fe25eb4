import type { IncomingMessage } from 'node:http';
import { Agent, request, type RequestOptions } from 'node:https';
import { pipeline } from 'node:stream/promises';
import type { Duplex } from 'node:stream';
import { isSilence, networkFailure } from '../../http/failure.ts';
import { interrupted } from '../../system/interrupt.ts';
import { StepError } from '../../sdk/step-error.ts';
import { ApiFailure } from './failure.ts';
import type { Connection } from './connection.ts';
import { trustedSocket } from './trusted-socket.ts';
import { placeName, wayTo } from './way.ts';

type Headers = Readonly<Record<string, string | number>>;

/** What goes out. */
export interface Sending {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: Headers;
  /** Absent: no body. A stream is read as fast as it is taken. */
  readonly body?: string | AsyncIterable<Uint8Array>;
}

export interface Answer {
  readonly status: number;
  readonly reasonPhrase: string;
  readonly body: string;
}

export type Exchange = (sending: Sending, givenUp?: AbortSignal) => Promise<Answer>;

/** Sends and answers over connections that are kept, each looked at before it gets anything of ours. */
export function openExchange(connection: Connection): { exchange: Exchange; close: () => void } {
  const agent = trustingAgent(connection);
  const { host, port, timeout } = connection;
  let hasAnswered = false;
  const exchange: Exchange = async ({ body = '', ...sending }, givenUp) => {
    const signal = givenUp === undefined ? interrupted : AbortSignal.any([interrupted, givenUp]);
    try {
      const answer = await answerTo({ ...sending, host, port, agent, signal }, body, timeout);
      hasAnswered = true;
      return answer;
    } catch (error) {
      // Who has said nothing yet is not waited for again and again.
      const mayPass = hasAnswered || !isSilence(error);
      throw asApiFailure(networkFailure(error, placeName(connection)), mayPass);
    }
  };
  return { exchange, close: () => agent.destroy() };
}

function trustingAgent(connection: Connection): Agent {
  const connect = (_: RequestOptions, done: (error: Error | null, stream?: Duplex) => void): undefined => {
    trustedSocket(connection, () => wayTo(connection)).then(
      socket => done(null, socket),
      (error: unknown) => done(error instanceof Error ? error : new Error(String(error))),
    );
  };
  return Object.assign(new Agent({ keepAlive: true }), { createConnection: connect });
}

const asApiFailure = (error: Error, mayPass: boolean): Error =>
  error instanceof StepError && !(error instanceof ApiFailure)
    ? new ApiFailure(error.message, error.transient && mayPass)
    : error;

function answerTo(
  options: RequestOptions,
  body: NonNullable<Sending['body']>,
  seconds: number,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(options, response => {
      // The server may refuse before it has everything: its answer counts, not the connection that breaks under the rest.
      sent.off('error', reject).on('error', () => undefined);
      readAnswer(response).then(resolve, reject);
    });
    sent.setTimeout(seconds * 1000, () =>
      sent.destroy(new ApiFailure(`the API did not answer within ${seconds} s`, true)),
    );
    sent.on('error', reject);
    if (typeof body === 'string') sent.end(body);
    else pipeline(watched(body, reject), sent).catch(() => undefined);
  });
}

/** What breaks off on our side is told as it is; what breaks on the way, the request tells itself. */
async function* watched(
  body: AsyncIterable<Uint8Array>,
  onFailure: (error: unknown) => void,
): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    onFailure(error);
    throw error;
  }
}

async function readAnswer(response: IncomingMessage): Promise<Answer> {
  const pieces: Buffer[] = [];
  for await (const piece of response) pieces.push(piece as Buffer);
  return {
    status: response.statusCode ?? 0,
    reasonPhrase: response.statusMessage ?? '',
    body: Buffer.concat(pieces).toString(),
  };
}
