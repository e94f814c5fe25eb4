/**
 * Installs what the project needs, once: npm packages, Debian packages, a Python environment with Ansible.
 * Plain JavaScript without imports of packages, because it is what brings them.
 * --node-only: npm packages. --no-system: npm packages and the Python environment. --clients: what the tests of the REST
 * API need besides. --browser: npm packages and a browser, for pictures of a page.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once as event } from 'node:events';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
process.chdir(root);

/** @param {string} message @returns {never} */
function stop(message) {
  throw new Error(message);
}

/**
 * Runs a program; what it prints is shown only if it fails. @param {string} program @param {string[]} args
 * @param {string} [shown] what to call it, if not by its command line
 */
async function run(program, args, shown = [program, ...args].join(' ')) {
  console.error(`set-up: ${shown}`);
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', text => {
      said += text;
    });
  const [status] = await event(child, 'close').catch(error =>
    stop(`cannot run ${program}: ${error.message}`),
  );
  if (status !== 0) console.error(said);
  return status === 0;
}

/**
 * Makes something unless it is there and a stamp file says that it was made of the same inputs.
 * @param {string} name @param {string} made @param {string} inputs @param {() => Promise<void>} work
 */
async function once(name, made, inputs, work) {
  const stamp = `.cache/setup-${name}`;
  const hash = createHash('sha256').update(inputs).digest('hex');
  if (existsSync(made) && existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return;
  await work();
  mkdirSync('.cache', { recursive: true });
  writeFileSync(stamp, hash);
}

function nodeVersion() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    stop(`Node.js ${process.versions.node} is too old; install Node.js 20.19 or newer`);
  }
}

function npmPackages() {
  const lock = readFileSync('package-lock.json', 'utf8');
  return once('npm', 'node_modules/.package-lock.json', lock, async () => {
    if (!(await run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'])))
      stop('npm ci failed; see above');
  });
}

/** What the test node needs. */
const nodePackages = () =>
  readFileSync('testnode/packages.txt', 'utf8')
    .split('\n')
    .filter(line => /^[a-z]/.test(line));

/** @param {string[]} wanted */
async function debianPackages(wanted) {
  const query = spawnSync('dpkg-query', ['-W', '-f', '${Package} ${db:Status-Status}\n', ...wanted], {
    encoding: 'utf8',
  });
  if (query.error) stop('this is not Debian 12 or 13, which has the packages that are needed');
  const installed = new Set(
    query.stdout
      .split('\n')
      .filter(line => line.endsWith(' installed'))
      .map(line => line.split(' ')[0]),
  );
  const missing = wanted.filter(name => !installed.has(name));
  if (missing.length === 0) return;
  const args = ['install', '-y', '--no-install-recommends', ...missing];
  if (process.getuid?.() !== 0) stop(`Debian packages are missing; as root: apt-get ${args.join(' ')}`);
  if ((await run('apt-get', args)) || ((await run('apt-get', ['update'])) && (await run('apt-get', args))))
    return;
  stop('apt-get failed; see above');
}

/** @param {string} python */
function pythonEnvironment(python) {
  const requirements = readFileSync('requirements.txt', 'utf8');
  return once('python', '.venv/bin/ansible-playbook', requirements + root, async () => {
    // What a link leads to is somebody else's: it would be emptied.
    if (lstatSync('.venv', { throwIfNoEntry: false })?.isSymbolicLink())
      stop(
        '.venv is a link, and what it leads to is out of date; remove the link, or set up where it leads to',
      );
    if (!(await run(python, ['-m', 'venv', '--clear', '.venv'])))
      stop('cannot make a Python environment; as root: apt-get install python3-venv');
    if (!(await run('.venv/bin/pip', ['install', '--require-hashes', '-r', 'requirements.txt'])))
      stop('pip failed; see above');
  });
}

const CLIENTS = '.cache/clients';

/** Keeps of the wheel in the folder only what lies in the second argument. */
const UNPACK = `import glob, sys, zipfile
with zipfile.ZipFile(glob.glob(sys.argv[1] + '/*.whl')[0]) as wheel:
    wheel.extractall(sys.argv[1], [name for name in wheel.namelist() if name.startswith(sys.argv[2])])`;

/** Clients of the REST API by other people: proxmoxer, and community.proxmox out of the wheel that carries it. @param {string} python */
function restClients(python) {
  const files = ['requirements.txt', 'collection.txt'].map(name => `testnode/clients/${name}`);
  const inputs = files.map(file => readFileSync(file, 'utf8')).join('');
  const pip = `${CLIENTS}/bin/pip`;
  const wheel = `${CLIENTS}/wheel`;
  return once('clients', `${CLIENTS}/bin/ansible-playbook`, inputs + root, async () => {
    const isDone =
      (await run(python, ['-m', 'venv', '--clear', CLIENTS])) &&
      (await run(pip, ['install', '--require-hashes', '-r', 'testnode/clients/requirements.txt'])) &&
      (await run(pip, ['download', '--no-deps', '--require-hashes', '-d', wheel, '-r', files[1] ?? ''])) &&
      (await run(
        `${CLIENTS}/bin/python`,
        ['-c', UNPACK, wheel, 'ansible_collections/community/proxmox/'],
        'take community.proxmox out of the wheel',
      ));
    if (!isDone) stop('the clients of the REST API cannot be installed; see above');
    for (const name of readdirSync(wheel)) if (name.endsWith('.whl')) rmSync(`${wheel}/${name}`);
    rmSync(`${CLIENTS}/ansible_collections`, { recursive: true, force: true });
    renameSync(`${wheel}/ansible_collections`, `${CLIENTS}/ansible_collections`);
    rmSync(wheel, { recursive: true });
  });
}

/** What is not Node's own, in the order in which one needs the other. @param {readonly string[]} options */
async function system(options) {
  if (options.includes('--browser')) return debianPackages(['chromium']);
  if (options.includes('--node-only')) return;
  const isOwn = options.includes('--no-system');
  if (!isOwn) await debianPackages(nodePackages());
  // Debian's is built with profiles: Ansible takes an eighth less of the processor than with one that was only compiled.
  const python = isOwn ? 'python3' : '/usr/bin/python3';
  await Promise.all([
    pythonEnvironment(python),
    options.includes('--clients') ? restClients(python) : undefined,
  ]);
}

/**
 * At once: two thirds of the time that they take one after the other. Answers what went wrong when all have ended.
 * @param {readonly string[]} options
 */
async function setUp(options) {
  nodeVersion();
  const outcomes = await Promise.allSettled([npmPackages(), system(options)]);
  return outcomes.flatMap(outcome => (outcome.status === 'rejected' ? [outcome.reason] : []));
}

const failures = await setUp(process.argv.slice(2)).catch(error => [error]);
for (const { message } of failures) console.error(`set-up: ${message}`);
process.exitCode = failures.length > 0 ? 1 : 0;
