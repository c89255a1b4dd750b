#!/usr/bin/env bash
# Installs this checkout on a server with Debian 12 or newer, or Ubuntu 24.04 or newer: PostgreSQL, Redis, nginx, two
# processes of the API and a worker under systemd. Run it again for each release: what exists is kept, and the
# processes restart one after the other.
#
#   sudo deploy/server/install.sh api.example.com
set -euo pipefail

HOST=${1:?"usage: install.sh HOST, the name under which clients reach the server"}
((EUID == 0)) || { echo 'install.sh must be run as root' >&2; exit 1; }
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

SOURCE=$PWD
HOME_DIR=/opt/gatehouse
SETTINGS=/etc/gatehouse/gatehouse.env
KEPT_RELEASES=3

step() { printf '\n== %s\n' "$*"; }

# Installs a file that an administrator may have changed: a different one stays, and ours is put beside it.
keep() {
  local from=$1 to=$2
  if [[ -e $to ]] && ! cmp -s "$from" "$to"; then
    install -m 0644 "$from" "$to.new"
    echo "kept $to, see $to.new"
  else
    install -D -m 0644 "$from" "$to"
    rm -f "$to.new"
  fi
}

packages() {
  step 'Packages'
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    ca-certificates curl git logrotate nginx nodejs npm openssl postgresql redis-server rsync
}

account() {
  step 'Account and folders'
  id gatehouse >/dev/null 2>&1 || useradd --system --home-dir $HOME_DIR --shell /usr/sbin/nologin gatehouse
  install -d -m 0755 $HOME_DIR $HOME_DIR/releases
  install -d -m 0750 -g gatehouse /etc/gatehouse
}

# Secrets are made once. Values that are not secret are there to be changed.
settings() {
  step 'Settings'
  [[ -e $SETTINGS ]] && return
  local password
  password=$(openssl rand -hex 24)
  (
    umask 027
    cat >$SETTINGS.tmp <<END
NODE_ENV=production
DATABASE_URL=postgres://gatehouse:$password@127.0.0.1:5432/gatehouse
REDIS_URL=redis://127.0.0.1:6379
JWT_SECRET=$(openssl rand -base64 48)
PAYMENT_WEBHOOK_SECRET=$(openssl rand -base64 48)
METRICS_TOKEN=$(openssl rand -hex 24)
TRUST_PROXY=loopback
PUBLIC_URL=https://$HOST
ALLOWED_HOSTS=$HOST,127.0.0.1
HTTPS_REDIRECT=true
SHUTDOWN_GRACE_SECONDS=20
# The first administrator, made when there is none. The password may be removed after the first start.
#ADMIN_USERNAME=
#ADMIN_EMAIL=
#ADMIN_PASSWORD=
# Where mails go: smtp://user:password@host:port. Without it they wait in the database.
#MAIL_URL=
END
  )
  chgrp gatehouse $SETTINGS.tmp
  mv $SETTINGS.tmp $SETTINGS
}

database() {
  step 'Database'
  local password
  password=$(sed -n 's|^DATABASE_URL=postgres://gatehouse:\([0-9a-f]*\)@127.0.0.1:5432/gatehouse$|\1|p' $SETTINGS)
  # A server of one's own.
  [[ -n $password ]] || return 0
  as_postgres() { runuser -u postgres -- psql --quiet --no-psqlrc --set=ON_ERROR_STOP=1 "$@"; }
  as_postgres --tuples-only -c "SELECT 1 FROM pg_roles WHERE rolname = 'gatehouse'" | grep -q 1 ||
    as_postgres <<<"CREATE ROLE gatehouse LOGIN PASSWORD '$password'"
  as_postgres --tuples-only -c "SELECT 1 FROM pg_database WHERE datname = 'gatehouse'" | grep -q 1 ||
    as_postgres -c "CREATE DATABASE gatehouse OWNER gatehouse ENCODING 'UTF8' LOCALE 'C.UTF-8' TEMPLATE template0"
}

# Built in a folder of its own, so that a failed build changes nothing.
release() {
  local name release
  name=$(git -c safe.directory="$SOURCE" rev-parse --short=12 HEAD)
  release=$HOME_DIR/releases/$name
  step "Release $name"
  if [[ ! -e $release ]]; then
    rm -rf "$release.tmp"
    git -c safe.directory="$SOURCE" archive --prefix="$name.tmp/" HEAD | tar --extract --directory=$HOME_DIR/releases
    (
      cd "$release.tmp"
      npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
      npm run --silent build
    )
    mv "$release.tmp" "$release"
  fi
  ln -sfn "$release" $HOME_DIR/current.tmp
  mv -T $HOME_DIR/current.tmp $HOME_DIR/current
  find $HOME_DIR/releases -mindepth 1 -maxdepth 1 -printf '%T@ %p\n' | sort -rn | tail -n +$((KEPT_RELEASES + 1)) |
    while read -r _ old; do [[ $old == "$release" ]] || rm -rf "$old"; done
}

files() {
  step 'Services, proxy and log rotation'
  local file
  for file in deploy/server/systemd/*.service deploy/server/systemd/*.target; do keep "$file" "/etc/systemd/system/${file##*/}"; done
  keep deploy/server/systemd/gatehouse-.service.d/sandbox.conf /etc/systemd/system/gatehouse-.service.d/sandbox.conf
  keep deploy/server/logrotate /etc/logrotate.d/gatehouse
  for file in deploy/nginx/*.conf; do keep "$file" "/etc/nginx/gatehouse/${file##*/}"; done
  if [[ ! -e /etc/nginx/sites-available/gatehouse ]]; then
    sed "s/api\.example\.com/$HOST/" deploy/server/nginx-site.conf >/etc/nginx/sites-available/gatehouse
    ln -sf ../sites-available/gatehouse /etc/nginx/sites-enabled/gatehouse
  fi
  nginx -t -q
}

# One process of the API after the other, each once the one before answers.
restart() {
  step 'Start'
  systemctl daemon-reload
  systemctl reload-or-restart nginx
  systemctl enable --quiet gatehouse.target
  local port
  for port in 3001 3002; do
    systemctl restart gatehouse-api@$port
    ready $port
  done
  systemctl restart gatehouse-worker
  systemctl start gatehouse.target
}

ready() {
  local port=$1 tries
  for ((tries = 60; tries > 0; tries--)); do
    curl --silent --fail --output /dev/null "http://127.0.0.1:$port/health/ready" && return
    sleep 1
  done
  echo "The API on port $port is not ready: journalctl -u gatehouse-api@$port, /var/log/gatehouse" >&2
  return 1
}

packages
account
settings
database
release
files
restart
step "https://$HOST/docs after: certbot --nginx -d $HOST"
