import { ANY_USER } from '../../access/permission.ts';
import type { Permission } from '../../access/permission.ts';
import type { Parameters } from '../../cli/command.ts';
import { given, vmidOf } from '../../cli/command.ts';
import { askAgent, decodeOutput } from '../../guests/agent.ts';
import { isVersion9 } from '../../runtime/settings.ts';
import { integer, oneOf, TEXT } from '../../schema/kinds.ts';
import type { ParameterSchemas } from '../../schema/kinds.ts';
import type { Route } from '../route.ts';
import { onVm, onVmOneOf, VM } from './vm.ts';

const AGENT = `${VM}/agent`;

/** Commands of the agent that need no parameters, by how they are asked for. */
const QUESTIONS = words(
  'get-fsinfo get-host-name get-memory-block-info get-memory-blocks get-osinfo get-time get-timezone get-users get-vcpus info network-get-interfaces',
);
const ORDERS = words(
  'fsfreeze-freeze fsfreeze-status fsfreeze-thaw fstrim ping shutdown suspend-disk suspend-hybrid suspend-ram',
);
const OTHERS = words('exec exec-status file-read file-write set-user-password');

/** The one privilege of the older release, or those that the newer one has made of it. */
const MAY_ASK = isVersion9()
  ? onVmOneOf('VM.GuestAgent.Audit', 'VM.GuestAgent.Unrestricted')
  : onVm('VM.Monitor');
const MAY_DO_ANYTHING = onVm(isVersion9() ? 'VM.GuestAgent.Unrestricted' : 'VM.Monitor');

export const AGENT_ROUTES: readonly Route[] = [
  {
    method: 'GET',
    path: AGENT,
    permission: ANY_USER,
    answer: () => [...QUESTIONS, ...ORDERS, ...OTHERS].sort().map(name => ({ name })),
  },
  {
    method: 'POST',
    path: AGENT,
    permission: MAY_DO_ANYTHING,
    isProtected: true,
    parameters: { command: { ...oneOf(...[...QUESTIONS, ...ORDERS].sort()), required: true } },
    answer: parameters => ask(parameters, given(parameters, 'command')),
  },
  ...QUESTIONS.map(command => simple('GET', command)),
  ...ORDERS.map(command => simple('POST', command)),
  other(
    'POST',
    'exec',
    { command: { type: 'string', required: true, isList: true }, 'input-data': TEXT },
    execute,
  ),
  other('GET', 'exec-status', { pid: { ...integer(), required: true } }, showEnd),
];

function simple(method: Route['method'], command: string): Route {
  return other(method, command, {}, parameters => ask(parameters, command), MAY_ASK);
}

function other(
  method: Route['method'],
  command: string,
  parameters: ParameterSchemas,
  answer: Route['answer'],
  permission: Permission = MAY_DO_ANYTHING,
): Route {
  return { method, path: `${AGENT}/${command}`, permission, isProtected: true, parameters, answer };
}

async function ask(parameters: Parameters, command: string): Promise<object> {
  return { result: await askAgent(vmidOf(parameters), command, {}) };
}

async function execute(parameters: Parameters): Promise<unknown> {
  const [path = '', ...arg] = given(parameters, 'command').split(',');
  const input = parameters.get('input-data');
  const data = input === undefined ? {} : { 'input-data': Buffer.from(input, 'utf8').toString('base64') };
  return askAgent(vmidOf(parameters), 'exec', { path, arg, 'capture-output': true, ...data });
}

async function showEnd(parameters: Parameters): Promise<unknown> {
  return decodeOutput(
    await askAgent(vmidOf(parameters), 'exec-status', { pid: Number(given(parameters, 'pid')) }),
  );
}

function words(text: string): readonly string[] {
  return text.split(' ');
}
