import { isDictionary } from '../../sdk/dictionary.ts';
import { ApiFailure } from './failure.ts';

/** Milliseconds of silence after which the cluster is asked whether a node is up. */
const PATIENCE = 3000;

/** The cluster itself tells that the node is down: what is known to pass does not. */
export class LostNode extends ApiFailure {
  readonly node: string;
  /** Names of those that are up, where that was asked. */
  readonly up: readonly string[];

  constructor(node: string, up: readonly string[] = []) {
    super(`node ${node} is down; start it`, false, 595);
    this.node = node;
    this.up = up;
  }
}

/** Whether it was the proxy that could not get through to a node, or gave up. */
const isOfProxy = (error: unknown): boolean =>
  error instanceof ApiFailure && error.status !== undefined && error.status >= 595 && error.status <= 599;

/** Asks a node of the cluster; while it keeps silent, or cannot be got through to, the cluster is asked whether it is up. */
export async function unlessLost<T>(
  path: string,
  listNodes: () => Promise<unknown>,
  ask: (givenUp: AbortSignal) => Promise<T>,
): Promise<T> {
  const node = /^\/nodes\/([^/]+)\//.exec(path)?.[1];
  const waiting = new AbortController();
  const look = async (): Promise<void> => {
    const states = statesIn(await listNodes().catch(() => undefined));
    if (node === undefined || states.get(node) !== 'offline') return;
    const up = [...states.keys()].filter(name => states.get(name) === 'online');
    waiting.abort(new LostNode(node, up.sort()));
  };
  const timer = node === undefined ? undefined : setTimeout(() => void look(), PATIENCE);
  try {
    return await ask(waiting.signal);
  } catch (error) {
    if (node !== undefined && isOfProxy(error)) await look();
    waiting.signal.throwIfAborted();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** States of the cluster's nodes, by their names, as `/nodes` answers. */
export const statesIn = (nodes: unknown): ReadonlyMap<string, unknown> =>
  new Map(
    (Array.isArray(nodes) ? nodes : [])
      .filter(isDictionary)
      .map(({ node, status }) => [String(node), status]),
  );
