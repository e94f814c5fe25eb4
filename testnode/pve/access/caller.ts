import { accessConfig } from './config.ts';
import type { AccessConfig } from './kinds.ts';
import { ROOT_ID } from './root.ts';
import { deny } from '../runtime/failure.ts';
import { privilegesOn } from './privileges.ts';

/** Who calls, and what they may. */
export interface Caller {
  /** `user@realm`, or `user@realm!token`. */
  readonly id: string;
  /** The user, also of a token. */
  readonly user: string;
  /** True for root@pam by ticket or on the node itself: a token of root is not root. */
  readonly isRoot: boolean;
  /** True when the caller has this privilege on the path. */
  may(path: string, privilege: string): boolean;
  /** Fails, naming the first one that is missing, unless the caller has all of them. */
  assertAll(path: string, ...privileges: readonly string[]): void;
  /** Fails, naming them all, unless the caller has one of them. */
  assertOneOf(path: string, ...privileges: readonly string[]): void;
}

/** The caller with this id; what they may is read when it is first asked for. */
export function callerOf(id: string): Caller {
  let known: AccessConfig | undefined;
  const may = (path: string, privilege: string): boolean => {
    known ??= accessConfig();
    return privilegesOn(known, id, path).has(privilege);
  };
  return {
    id,
    user: id.split('!')[0] ?? id,
    isRoot: id === ROOT_ID,
    may,
    assertAll: (path, ...privileges) => {
      const missing = privileges.find(privilege => !may(path, privilege));
      if (missing !== undefined) throw deny(`${path}, ${missing}`);
    },
    assertOneOf: (path, ...privileges) => {
      if (!privileges.some(privilege => may(path, privilege))) throw deny(`${path}, ${privileges.join('|')}`);
    },
  };
}

/** The one who types commands on the node. */
export const ROOT: Caller = callerOf(ROOT_ID);
