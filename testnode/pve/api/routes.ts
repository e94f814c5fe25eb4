import type { Route } from './route.ts';
import { CLUSTER_ROUTES } from './cluster-routes.ts';
import { NODE_ROUTES } from './node-routes.ts';
import { VM_ROUTES } from './vm-routes.ts';

/** What of the API is imitated. */
export const ROUTES: readonly Route[] = [...CLUSTER_ROUTES, ...NODE_ROUTES, ...VM_ROUTES];
