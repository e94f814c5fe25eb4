/** Where pvedaemon listens: only root reaches it. */
export const DAEMON_SOCKET = '/run/testnode/pvedaemon.sock';
