import type { Route } from '../route.ts';
import { AGENT_ROUTES } from './agent-routes.ts';
import { CONFIG_ROUTES } from './config-routes.ts';
import { CONSOLE_ROUTES } from './console-routes.ts';
import { DISK_ROUTES } from './disk-routes.ts';
import { INDEX_ROUTES } from './index-routes.ts';
import { LIFE_ROUTES } from './life-routes.ts';
import { MIGRATE_ROUTES } from './migrate-routes.ts';
import { POWER_ROUTES } from './power-routes.ts';
import { SNAPSHOT_ROUTES } from './snapshot-routes.ts';

/** Everything about VMs. */
export const QEMU_ROUTES: readonly Route[] = [
  ...INDEX_ROUTES,
  ...LIFE_ROUTES,
  ...CONFIG_ROUTES,
  ...MIGRATE_ROUTES,
  ...POWER_ROUTES,
  ...DISK_ROUTES,
  ...SNAPSHOT_ROUTES,
  ...AGENT_ROUTES,
  ...CONSOLE_ROUTES,
];
