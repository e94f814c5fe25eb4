#!/bin/sh
N=; for c in "${PROXMOX_ROLE_NODE:-}" /opt/proxmox-role/node/bin/node "$(command -v node)" "$(command -v nodejs)"; do [ -n "$c" ] && [ -x "$c" ] && { N=$c; break; }; done
[ -n "$N" ] || { printf '{"failed":true,"changed":false,"nodejs_missing":true,"msg":"Node.js 18.19 or newer was not found on this host; run the role with --tags preflight, which installs it, or install it with: apt-get install nodejs"}\n'; case $0 in *sh) cat > /dev/null;; esac; exit 1; }
exec "$N" --input-type=commonjs -e 'require("vm").runInThisContext(require("fs").readFileSync(0,"utf8"),"module")' <<'__BUNDLE_EOF__'
const __ANSIBLE_ARGS__=(function(){//<<INCLUDE_ANSIBLE_MODULE_JSON_ARGS>>
}).toString();
