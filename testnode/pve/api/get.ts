import type { Permission } from '../access/permission.ts';
import type { ParameterSchemas } from '../schema/kinds.ts';
import type { Route } from './route.ts';

/** A route that only reads. */
export function get(
  path: string,
  permission: Permission,
  answer: Route['answer'],
  parameters: ParameterSchemas = {},
): Route {
  return { method: 'GET', path, permission, parameters, answer };
}
