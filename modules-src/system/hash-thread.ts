import { once } from 'node:events';
import type * as crypto from 'node:crypto';
import type * as worker_threads from 'node:worker_threads';
import { Worker } from 'node:worker_threads';

/** Pieces of this many bytes at most wait for the other thread, in so many places. */
const PIECE = 64 * 1024;
const PLACES = 32;

/** What the two threads share: the pieces, and counters: how many were put there and how many taken, then their sizes. */
interface Shared {
  readonly algorithm: string;
  readonly piece: number;
  readonly places: number;
  readonly ring: Uint8Array;
  readonly counters: Int32Array;
}

const [PUT, TAKEN, SIZES] = [0, 1, 2];
const END = -1;
/** Milliseconds after which a thread that takes nothing is taken for dead. */
const PATIENCE = 60_000;

/** A digest that is computed while the caller receives and writes the next bytes. */
export interface HashThread {
  /** Copies the bytes; they may change afterwards. */
  readonly update: (chunk: Uint8Array) => void;
  /** Hexadecimal. */
  readonly digest: () => Promise<string>;
}

/** Does some work with a digest at hand. */
export async function withHash<T>(algorithm: string, work: (hash: HashThread) => Promise<T>): Promise<T> {
  const { worker, hash } = startHash(algorithm);
  try {
    return await work(hash);
  } finally {
    await worker.terminate();
  }
}

/**
 * Hashes in a thread of its own: with SHA-256 in the thread that receives and writes, a download is a fifth slower than
 * `curl` and `openssl` one after the other.
 */
function startHash(algorithm: string): { readonly worker: Worker; readonly hash: HashThread } {
  const ring = new Uint8Array(new SharedArrayBuffer(PIECE * PLACES));
  const counters = new Int32Array(new SharedArrayBuffer(4 * (SIZES + PLACES)));
  const workerData: Shared = { algorithm, piece: PIECE, places: PLACES, ring, counters };
  const worker = new Worker(`(${inThread.toString()})(require('worker_threads'), require('crypto'))`, {
    eval: true,
    workerData,
  });
  // The digest is asked for, or not at all.
  const answer = once(worker, 'message');
  answer.catch(() => undefined);
  let put = 0;
  const place = (bytes: Uint8Array, size: number): void => {
    awaitPlace(counters, put);
    const slot = put % PLACES;
    ring.set(bytes, slot * PIECE);
    counters[SIZES + slot] = size;
    put++;
    Atomics.store(counters, PUT, put);
    Atomics.notify(counters, PUT);
  };
  const update = (chunk: Uint8Array): void => {
    for (let at = 0; at < chunk.length; at += PIECE) {
      const bytes = chunk.subarray(at, at + PIECE);
      place(bytes, bytes.length);
    }
  };
  const digest = async (): Promise<string> => {
    place(new Uint8Array(), END);
    return String((await answer)[0]);
  };
  return { worker, hash: { update, digest } };
}

/** Waits, for microseconds, until the other thread has taken the piece that was put into the next place before. */
function awaitPlace(counters: Int32Array, put: number): void {
  for (let taken = Atomics.load(counters, TAKEN); put - taken >= PLACES;) {
    if (Atomics.wait(counters, TAKEN, taken, PATIENCE) === 'timed-out')
      throw new Error('the thread that hashes has stopped');
    taken = Atomics.load(counters, TAKEN);
  }
}

/** Runs in the other thread, which knows nothing but these parameters. */
function inThread({ workerData, parentPort }: typeof worker_threads, { createHash }: typeof crypto): void {
  // Made by startHash.
  const { algorithm, piece, places, ring, counters } = workerData as Shared;
  const hash = createHash(algorithm);
  for (let taken = 0; ; taken++) {
    // Once more when the wake-up was still that of the piece before.
    while (Atomics.load(counters, 0) === taken) Atomics.wait(counters, 0, taken);
    const slot = taken % places;
    const size = counters[2 + slot] ?? -1;
    if (size < 0) break;
    hash.update(ring.subarray(slot * piece, slot * piece + size));
    Atomics.store(counters, 1, taken + 1);
    Atomics.notify(counters, 1);
  }
  parentPort?.postMessage(hash.digest('hex'));
}
