import type { Command, Parameters } from '../cli/command.ts';
import type { ParameterSchemas } from '../schema/kinds.ts';

export type Method = 'get' | 'create' | 'set' | 'delete';

/** One method of one path of the API. Parts of the path in braces are parameters. */
export interface Route {
  readonly method: Method;
  readonly path: string;
  /** Parameters besides those of the path. */
  readonly parameters: ParameterSchemas;
  readonly secrets?: Command['secrets'];
  /** The answer; nothing is printed for `undefined`. */
  readonly answer: (parameters: Parameters) => unknown;
}

/** A route and the parameters that stand in the path. */
export interface MatchedRoute {
  readonly route: Route;
  readonly inPath: Parameters;
}

/** The route of a path, or nothing. */
export function findRoute(routes: readonly Route[], method: string, path: string): MatchedRoute | undefined {
  const wanted = segments(path);
  for (const route of routes) {
    const inPath = route.method === method ? matchPath(segments(route.path), wanted) : undefined;
    if (inPath) return { route, inPath };
  }
  return undefined;
}

function matchPath(pattern: readonly string[], wanted: readonly string[]): Parameters | undefined {
  if (pattern.length !== wanted.length) return undefined;
  const inPath = new Map<string, string>();
  for (const [index, part] of pattern.entries()) {
    const name = /^\{(\w+)\}$/.exec(part)?.[1];
    const value = wanted[index] ?? '';
    if (name !== undefined) inPath.set(name, value);
    else if (part !== value) return undefined;
  }
  return inPath;
}

function segments(path: string): readonly string[] {
  return path.split('/').filter(part => part !== '');
}
