import type { Caller } from '../access/caller.ts';
import type { Permission } from '../access/permission.ts';
import type { Command, Parameters } from '../cli/command.ts';
import type { ParameterSchemas } from '../schema/kinds.ts';

export const METHODS = ['GET', 'POST', 'PUT', 'DELETE'] as const;
export type Method = (typeof METHODS)[number];

/**
 * One method of one path of the API, for REST and for `pvesh`. Parts of the path in braces are parameters; the last one
 * takes the rest of the path when it ends in a plus.
 */
export interface Route {
  readonly method: Method;
  readonly path: string;
  /** Parameters besides those of the path, whose rules are in path-parameters.ts. */
  readonly parameters?: ParameterSchemas;
  /** Who may call it; the text of the 403 follows from it. */
  readonly permission: Permission;
  /** PVE lets pvedaemon do it: what needs root, changes something, or may take long. Else pveproxy answers itself. */
  readonly isProtected?: boolean;
  /** Takes a form with a file, which pveproxy receives before it passes the call on. */
  readonly takesUpload?: boolean;
  /** PVE refuses API tokens here, whatever they may. */
  readonly needsTicket?: boolean;
  /** Options whose value `pvesh` may ask for. */
  readonly secrets?: Command['secrets'];
  /** The answer: data, an `Answer` with more than data, or nothing (`null` in JSON). It runs on the node of the path. */
  readonly answer: (parameters: Parameters, caller: Caller) => unknown;
}

/** A route and the parameters that stand in the path. */
export interface MatchedRoute {
  readonly route: Route;
  readonly inPath: Parameters;
}

/** The route of a path (its parts decoded), or nothing. A path without parameters goes before one that has some. */
export function findRoute(
  routes: readonly Route[],
  method: string,
  parts: readonly string[],
): MatchedRoute | undefined {
  return routes
    .filter(route => route.method === method)
    .flatMap(route => {
      const inPath = matchPath(segments(route.path), parts);
      return inPath ? [{ route, inPath }] : [];
    })
    .sort((left, right) => left.inPath.size - right.inPath.size)[0];
}

/** The parts of a path: slashes at the end, and more than one of them, mean nothing. */
export function segments(path: string): readonly string[] {
  return path.split('/').filter(part => part !== '');
}

function matchPath(pattern: readonly string[], parts: readonly string[]): Parameters | undefined {
  const takesRest = pattern.at(-1)?.endsWith('+}') ?? false;
  if (takesRest ? parts.length < pattern.length : parts.length !== pattern.length) return undefined;
  const inPath = new Map<string, string>();
  for (const [index, part] of pattern.entries()) {
    const [, name, plus] = /^\{([\w-]+)(\+?)\}$/.exec(part) ?? [];
    const value = plus === '+' ? parts.slice(index).join('/') : (parts[index] ?? '');
    if (name !== undefined) inPath.set(name, value);
    else if (part !== value) return undefined;
  }
  return inPath;
}
