import { dispatch } from '../cli/dispatch.ts';
import { QM } from '../commands/qm.ts';
import { TASKS } from '../commands/tasks.ts';
import { runProgram } from './run.ts';

void runProgram({ name: 'qm', tasks: TASKS, isCostly: false, execute: argv => dispatch(QM, argv) });
