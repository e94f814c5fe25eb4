import { ANY_USER } from '../../access/permission.ts';
import type { Permission } from '../../access/permission.ts';
import type { Parameters } from '../../cli/command.ts';
import { given, vmidOf } from '../../cli/command.ts';
import { askAgent, decodeOutput } from '../../guests/agent.ts';
import { readGuestFile, writeGuestFile } from '../../guests/agent-files.ts';
import { isVersion9 } from '../../runtime/settings.ts';
import { BOOLEAN, integer, oneOf, TEXT } from '../../schema/kinds.ts';
import type { ParameterSchemas } from '../../schema/kinds.ts';
import type { Route } from '../route.ts';
import { onVm, onVmOneOf, VM } from './vm.ts';

const AGENT = `${VM}/agent`;
const REQUIRED_TEXT = { ...TEXT, required: true };

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
    { command: { type: 'string', required: true, isList: true, isOfTexts: true }, 'input-data': TEXT },
    execute,
  ),
  other('GET', 'file-read', { file: REQUIRED_TEXT }, parameters =>
    readGuestFile(vmidOf(parameters), given(parameters, 'file')),
  ),
  other('POST', 'file-write', { file: REQUIRED_TEXT, content: REQUIRED_TEXT, encode: BOOLEAN }, writeFile),
  other(
    'POST',
    'set-user-password',
    {
      username: REQUIRED_TEXT,
      password: { ...REQUIRED_TEXT, minLength: 5, maxLength: 1024 },
      crypted: BOOLEAN,
    },
    setPassword,
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
  const [path = '', ...arg] = given(parameters, 'command').split('\0');
  const input = parameters.get('input-data');
  const data = input === undefined ? {} : { 'input-data': Buffer.from(input, 'utf8').toString('base64') };
  return askAgent(vmidOf(parameters), 'exec', { path, arg, 'capture-output': true, ...data });
}

// `encode` is on unless told otherwise: then PVE puts the text into Base64 itself.
function writeFile(parameters: Parameters): Promise<void> {
  const content = given(parameters, 'content');
  const isEncoded = parameters.get('encode') === '0';
  const bytes = isEncoded ? content : Buffer.from(content, 'utf8').toString('base64');
  return writeGuestFile(vmidOf(parameters), given(parameters, 'file'), bytes);
}

async function setPassword(parameters: Parameters): Promise<object> {
  const password = Buffer.from(given(parameters, 'password'), 'utf8').toString('base64');
  const args = {
    username: given(parameters, 'username'),
    password,
    crypted: parameters.get('crypted') === '1',
  };
  return { result: await askAgent(vmidOf(parameters), 'set-user-password', args) };
}

async function showEnd(parameters: Parameters): Promise<unknown> {
  return decodeOutput(
    await askAgent(vmidOf(parameters), 'exec-status', { pid: Number(given(parameters, 'pid')) }),
  );
}

function words(text: string): readonly string[] {
  return text.split(' ');
}
