import type { Caller } from '../../access/caller.ts';
import type { Parameters } from '../../cli/command.ts';
import { isSet } from '../../cli/command.ts';
import { PveFailure } from '../../runtime/failure.ts';
import { taskLog } from '../../tasks/log.ts';
import { Answer, Download } from '../answer.ts';
import { assertMay, taskOf } from './one-task.ts';

const LINES_SHOWN = 50;
const NOT_TOGETHER = "'download' cannot be used together with 'start' or 'limit' parameters";

/** The log of a task, line by line, or as a file. One that is not there, or empty, has one line that says so. */
export function showLog(parameters: Parameters, caller: Caller): Answer | Download {
  const task = taskOf(parameters);
  assertMay(task, parameters, caller, 'Sys.Audit');
  const lines = taskLog(task.upid) ?? ['unable to open file - No such file or directory'];
  if (isSet(parameters, 'download')) {
    if (parameters.has('start') || parameters.has('limit')) throw new PveFailure(NOT_TOGETHER);
    const time = new Date(task.starttime * 1000).toISOString().replace(/\.\d+Z$/, 'Z');
    return new Download(
      lines.map(line => `${line}\n`).join(''),
      `task-${task.node}-${task.type}-${time}.log`,
    );
  }
  return page(lines.length === 0 ? ['no content'] : lines, parameters);
}

function page(lines: readonly string[], parameters: Parameters): Answer {
  const start = Number(parameters.get('start') ?? 0);
  const limit = Number(parameters.get('limit') ?? LINES_SHOWN);
  const numbered = lines.map((t, index) => ({ n: index + 1, t }));
  const shown = limit === 0 ? numbered.slice(start) : numbered.slice(start, start + limit);
  return new Answer(shown, { total: lines.length });
}
