import type { Parameters } from '../cli/command.ts';
import { HttpFailure, deny } from '../runtime/failure.ts';
import type { Caller } from './caller.ts';

/** Who may call a route, as data. Braces in a path stand for parameters of the call. */
export type Permission =
  /** No credential is asked for. */
  | { readonly kind: 'world' }
  /** Any credential; the answer may be filtered. */
  | { readonly kind: 'user' }
  /** Nobody but root@pam itself. */
  | { readonly kind: 'root' }
  | Privileges
  | { readonly kind: 'every' | 'some'; readonly parts: readonly Permission[] }
  /** Only asked when the parameter is given. */
  | { readonly kind: 'given'; readonly parameter: string; readonly permission: Permission }
  /** What has no form in data: throws a `deny()` of its own. */
  | { readonly kind: 'rule'; readonly check: (parameters: Parameters, caller: Caller) => void };

interface Privileges {
  readonly kind: 'privileges';
  readonly path: string;
  readonly names: readonly string[];
  /** Whether one of them is enough. */
  readonly any: boolean;
}

export const WORLD: Permission = { kind: 'world' };
export const ANY_USER: Permission = { kind: 'user' };

/** All of these privileges on a path: `needs('/vms/{vmid}', 'VM.Audit')`. */
export function needs(path: string, ...names: readonly string[]): Permission {
  return { kind: 'privileges', path, names, any: false };
}

/** One of these privileges on a path. */
export function needsOneOf(path: string, ...names: readonly string[]): Permission {
  return { kind: 'privileges', path, names, any: true };
}

export function every(...parts: readonly Permission[]): Permission {
  return { kind: 'every', parts };
}

/** One of several permissions; a refusal does not say which. */
export function some(...parts: readonly Permission[]): Permission {
  return { kind: 'some', parts };
}

/** Fails, in PVE's words, unless the caller may. */
export function assertPermitted(permission: Permission, parameters: Parameters, caller: Caller): void {
  switch (permission.kind) {
    case 'world':
    case 'user':
      return;
    case 'root':
      if (!caller.isRoot) throw deny('user != root@pam');
      return;
    case 'privileges': {
      assertPrivileges(permission, parameters, caller);
      return;
    }
    case 'every':
      for (const part of permission.parts) assertPermitted(part, parameters, caller);
      return;
    case 'some':
      if (!permission.parts.some(part => isPermitted(part, parameters, caller))) throw deny();
      return;
    case 'given':
      if (parameters.has(permission.parameter)) assertPermitted(permission.permission, parameters, caller);
      return;
    case 'rule': {
      permission.check(parameters, caller);
      return;
    }
  }
}

function isPermitted(permission: Permission, parameters: Parameters, caller: Caller): boolean {
  try {
    assertPermitted(permission, parameters, caller);
    return true;
  } catch (error) {
    if (error instanceof HttpFailure && error.status === 403) return false;
    throw error;
  }
}

function assertPrivileges({ path, names, any }: Privileges, parameters: Parameters, caller: Caller): void {
  const where = path.replace(/\{([\w-]+)\}/g, (_, name: string) => parameters.get(name) ?? '');
  if (any) caller.assertOneOf(where, ...names);
  else caller.assertAll(where, ...names);
}
