import { handlers, helperTasks, mainTasks, nodejsTasks } from '../../role-src/main.ts';
import type { Stage, Task } from '../../role-src/stage.ts';
import { stages } from '../../role-src/stages.ts';
import { imageProgressTasks } from '../../role-src/stages/download-image.ts';
import { vmsTasks } from '../../role-src/vms.ts';
import { ROLE, type GeneratedFile } from './generated-file.ts';
import { NOTICE, taskList } from './yaml.ts';

/** The role's tasks and handlers. */
export const taskFiles = (): readonly GeneratedFile[] => [
  taskFile('main', mainTasks(stages)),
  taskFile('vms', vmsTasks.map(prefixedWith('vms'))),
  taskFile('helpers', helperTasks.map(prefixedWith('helpers'))),
  taskFile('nodejs', nodejsTasks.map(prefixedWith('nodejs'))),
  taskFile('download-image/progress', imageProgressTasks.map(prefixedWith('download-image | progress'))),
  ...stages.map(stageFile),
  { path: `${ROLE}/handlers/main.yml`, content: `---\n# ${NOTICE}\n${taskList(handlers)}` },
];

const taskFile = (name: string, tasks: readonly Task[]): GeneratedFile => ({
  path: `${ROLE}/tasks/${name}.yml`,
  content: `---\n# ${NOTICE}\n${taskList(tasks)}`,
});

function stageFile({ name, purpose, tasks }: Stage): GeneratedFile {
  return {
    path: `${ROLE}/tasks/${name}.yml`,
    content: `---\n# ${NOTICE}\n# ${purpose}\n${taskList(tasks.map(prefixedWith(name)))}`,
  };
}

/** The stage stands in the name of its tasks: the output shows where a run is, and the rescue reads it. */
const prefixedWith =
  (stage: string) =>
  (task: Task): Task => ({ ...task, name: `${stage} | ${task.name}` });
