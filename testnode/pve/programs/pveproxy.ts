import { serveClients } from '../rest/proxy.ts';
import { runService } from './service.ts';

void runService({ name: 'pveproxy', pidFile: '/run/pveproxy/pveproxy.pid', serve: serveClients });
