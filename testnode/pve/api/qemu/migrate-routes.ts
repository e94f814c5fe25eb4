import { vmidOf } from '../../cli/command.ts';
import { BOOLEAN, formatted } from '../../schema/kinds.ts';
import { migrateVm, migrationConditions } from '../../vm/migrate.ts';
import type { Route } from '../route.ts';
import { asTask, onVm, VM } from './vm.ts';

const NODE = formatted('node-name');

/** To another node of the cluster. */
export const MIGRATE_ROUTES: readonly Route[] = [
  {
    method: 'GET',
    path: `${VM}/migrate`,
    permission: onVm('VM.Migrate'),
    parameters: { target: NODE },
    answer: parameters => migrationConditions(vmidOf(parameters)),
  },
  {
    method: 'POST',
    path: `${VM}/migrate`,
    permission: onVm('VM.Migrate'),
    isProtected: true,
    parameters: { target: { ...NODE, required: true }, online: BOOLEAN, 'with-local-disks': BOOLEAN },
    answer: asTask(migrateVm),
  },
];
