import { ANY_USER } from '../../access/permission.ts';
import { OPTIONAL_VMID } from '../../options/command.ts';
import { BOOLEAN, integer, listOf, oneOf, TEXT } from '../../schema/kinds.ts';
import type { Route } from '../route.ts';
import { listTasks } from './list.ts';
import { showLog } from './show-log.ts';
import { showStatus, stopTask } from './one-task.ts';

const TASKS = '/nodes/{node}/tasks';
const TASK = `${TASKS}/{upid}`;

export const TASK_ROUTES: readonly Route[] = [
  {
    method: 'GET',
    path: TASKS,
    permission: ANY_USER,
    parameters: {
      errors: BOOLEAN,
      limit: integer(0),
      since: integer(),
      source: oneOf('archive', 'active', 'all'),
      start: integer(0),
      statusfilter: listOf('task-status'),
      typefilter: TEXT,
      until: integer(),
      userfilter: TEXT,
      vmid: OPTIONAL_VMID,
    },
    answer: listTasks,
  },
  {
    method: 'GET',
    path: TASK,
    permission: ANY_USER,
    answer: () => [{ name: 'log' }, { name: 'status' }],
  },
  { method: 'DELETE', path: TASK, permission: ANY_USER, isProtected: true, answer: stopTask },
  { method: 'GET', path: `${TASK}/status`, permission: ANY_USER, isProtected: true, answer: showStatus },
  {
    method: 'GET',
    path: `${TASK}/log`,
    permission: ANY_USER,
    isProtected: true,
    parameters: { download: BOOLEAN, limit: integer(0), start: integer(0) },
    answer: showLog,
  },
];
