import { ACCESS_ROUTES } from './access/routes.ts';
import { CLUSTER_ROUTES } from './cluster-routes.ts';
import { NODE_ROUTES } from './node-routes.ts';
import { QEMU_ROUTES } from './qemu/routes.ts';
import { TASK_ROUTES } from './tasks/routes.ts';
import type { Route } from './route.ts';

/** What of the API is imitated. */
export const ROUTES: readonly Route[] = [
  ...ACCESS_ROUTES,
  ...CLUSTER_ROUTES,
  ...NODE_ROUTES,
  ...QEMU_ROUTES,
  ...TASK_ROUTES,
];
