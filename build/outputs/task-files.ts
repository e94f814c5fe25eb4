import { generationStage } from '../../role-src/generation.ts';
import { describeTasks } from '../../role-src/fleet/describe.ts';
import { failedTasks, handlers, helperTasks, mainTasks, nodejsTasks } from '../../role-src/main.ts';
import { otherNodesTasks, otherNodeTasks } from '../../role-src/replicas/other-nodes.ts';
import { reportTasks } from '../../role-src/fleet/report.ts';
import { permissionsTasks } from '../../role-src/permissions.ts';
import { includeTasks, type StageTasks, type Task } from '../../role-src/stage.ts';
import { stages } from '../../role-src/stages.ts';
import { imageProgressTasks } from '../../role-src/stages/download-image.ts';
import { checkNodeTasks, inTheWayTasks } from '../../role-src/stages/preflight-checks.ts';
import { vmsTasks } from '../../role-src/vms.ts';
import { ROLE, type GeneratedFile } from './generated-file.ts';
import { comment, NOTICE, taskList } from './yaml.ts';

/** The role's tasks and handlers. */
export const taskFiles = (): readonly GeneratedFile[] => [
  taskFile('main', mainTasks(stages), MAIN),
  taskFile('vms', vmsTasks.map(prefixedWith('vms'))),
  taskFile('describe', describeTasks.map(prefixedWith('describe'))),
  taskFile('report', reportTasks.map(prefixedWith('report'))),
  taskFile('permissions', permissionsTasks.map(prefixedWith('permissions'))),
  taskFile('helpers', helperTasks(stages).map(prefixedWith('helpers'))),
  taskFile('other-nodes', otherNodesTasks.map(prefixedWith('other-nodes'))),
  taskFile('other-nodes/node', otherNodeTasks.map(prefixedWith('other-nodes | node'))),
  taskFile('failed', failedTasks.map(prefixedWith('failed'))),
  taskFile('nodejs', nodejsTasks.map(prefixedWith('nodejs'))),
  taskFile('download-image/progress', imageProgressTasks.map(prefixedWith('download-image | progress'))),
  taskFile('preflight-checks/check-node', checkNodeTasks.map(prefixedWith('preflight-checks | check-node'))),
  taskFile('preflight-checks/in-the-way', inTheWayTasks.map(prefixedWith('preflight-checks | in-the-way'))),
  ...[...stages, generationStage].map(stageFile),
  { path: `${ROLE}/handlers/main.yml`, content: `---\n# ${NOTICE}\n${taskList(handlers)}` },
];

const MAIN = [
  'Six stages turn a cloud image into a VM, a template and clones, on the node of proxmox_vm_node.',
  'What a variable proxmox_role_* means stands in vars/main.yml. A stage that fails ends with failed.yml.',
].join(' ');

const taskFile = (name: string, tasks: readonly Task[], about = ''): GeneratedFile => ({
  path: `${ROLE}/tasks/${name}.yml`,
  content: `---\n# ${NOTICE}\n${about === '' ? '' : comment(about)}${taskList(tasks)}`,
});

/** One block, so that a stage that fails says so itself. */
function stageFile({ name, purpose, tasks, stage = name }: StageTasks): GeneratedFile {
  const block = {
    name: purpose.replace(/\.$/, ''),
    vars: { proxmox_role_stage: stage },
    block: tasks.map(prefixedWith(name)),
    rescue: [prefixedWith(name)({ name: 'Say what failed', ...includeTasks('failed.yml') })],
  };
  return taskFile(name, [block]);
}

/** The stage stands in the name of its tasks: the output shows where a run is. */
const prefixedWith =
  (stage: string) =>
  (task: Task): Task => ({ ...task, name: `${stage} | ${task.name}` });
