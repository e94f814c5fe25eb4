import { ACCESS_ROUTES } from './access/routes.ts';
import { CLUSTER_ROUTES } from './cluster/routes.ts';
import { EMPTY_ROUTES, INDEX_ROUTES } from './indexes.ts';
import { NODE_ROUTES } from './node/routes.ts';
import { POOL_ROUTES } from './pools.ts';
import { QEMU_ROUTES } from './qemu/routes.ts';
import { STORAGE_ROUTES } from './storage/routes.ts';
import { TASK_ROUTES } from './tasks/routes.ts';
import type { Route } from './route.ts';

/** What of the API is imitated. */
export const ROUTES: readonly Route[] = [
  ...ACCESS_ROUTES,
  ...CLUSTER_ROUTES,
  ...EMPTY_ROUTES,
  ...INDEX_ROUTES,
  ...NODE_ROUTES,
  ...POOL_ROUTES,
  ...QEMU_ROUTES,
  ...STORAGE_ROUTES,
  ...TASK_ROUTES,
];
