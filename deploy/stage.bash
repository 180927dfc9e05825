# A stage: a folder with a private PostgreSQL, the simulated TikTok Shop, and listingd with the sample catalogue. Sourced by
# deploy/quickstart and by the tests that run the whole. Everything listens on loopback or on sockets in the folder, on
# ports that were free; everything started here is ended by stage_stop.
#
# Set before: stage (the folder), build (where the programs are). Optional: review_ms, record (file for the traffic).

stage_top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
stage_shop=7494049642642441621
stage_pids=()

free_port() {
  local port
  while :; do
    port=$(shuf -i 20000-59999 -n 1)
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port"; return; }
  done
}

# An authority and a certificate for localhost: test keys, made anew for every stage.
stage_certificates() {
  local tls=$stage/tls
  mkdir -p "$tls"
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 7 -subj "/CN=listingd stage authority" \
    -addext "basicConstraints=critical,CA:TRUE" -addext "keyUsage=critical,keyCertSign" \
    -keyout "$tls/ca.key" -out "$tls/ca.pem" 2>/dev/null
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=localhost" \
    -keyout "$tls/key.pem" -out "$tls/request.pem" 2>/dev/null
  openssl x509 -req -in "$tls/request.pem" -CA "$tls/ca.pem" -CAkey "$tls/ca.key" -CAcreateserial -days 7 -out "$tls/cert.pem" \
    -extfile <(echo "subjectAltName=DNS:localhost,IP:127.0.0.1") 2>/dev/null
}

stage_secrets() {
  umask 077
  echo "TEST-app-secret-of-the-simulated-shop" >"$stage/app.secret"
  echo "TEST-operator-token-$(openssl rand -hex 8)" >"$stage/operator.token"
  echo "stage1:$(openssl rand -base64 32)" >"$stage/master.key"
  umask 022
}

stage_config() {
  cat >"$stage/listingd.toml" <<TOML
[database]
url = "$stage_database"

[public]
listen = "127.0.0.1:$stage_public_port"
base_url = "https://localhost:$stage_public_port"
tls_certificate = "tls/cert.pem"
tls_private_key = "tls/key.pem"

[operator]
listen = "127.0.0.1:$stage_operator_port"
token_file = "operator.token"

[secrets]
master_key_file = "master.key"

[tiktok]
api_url = "https://localhost:$stage_tiktok_port"
auth_url = "https://localhost:$stage_tiktok_port"
ca_file = "tls/ca.pem"

[[app]]
name = "us"
app_key = "stage_app_key"
app_secret_files = ["app.secret"]
service_id = "7000000000000000001"
consent_url = "https://localhost:$stage_tiktok_port/open/authorize"

[media]
directory = "media"

[review]
poll_every = "2s"
uncertain_wait = "1s"

[[source]]
name = "pim"
kind = "folder"
directory = "catalogue"
poll_every = "1s"

[[shop]]
id = "$stage_shop"
source = "pim"
app = "us"
profile = "us.toml"
mode = "live"
TOML
}

stage_database_start() {
  stage_database=$("$stage_top/tests/postgres/cluster" start "$stage/postgresql")
}

stage_simulator_start() {
  cat >"$stage/apps.json" <<JSON
{"apps": [{"name": "us", "app_key": "stage_app_key", "app_secret": "TEST-app-secret-of-the-simulated-shop",
  "service_id": "7000000000000000001", "redirect_url": "https://localhost:$stage_public_port/oauth/callback",
  "shop_ids": ["$stage_shop"]}]}
JSON
  rm -f "$stage/tiktok.port"
  local more=()
  [[ -n ${record:-} ]] && more=(--record "$record")
  "$build/tests/simulator/listingd_simulator" --world "$stage_top/tests/simulator/world.json" --apps "$stage/apps.json" \
    --tls-certificate "$stage/tls/cert.pem" --tls-private-key "$stage/tls/key.pem" --ca-file "$stage/tls/ca.pem" \
    --listen 127.0.0.1:0 --port-file "$stage/tiktok.port" --review-ms "${review_ms:-1500}" "${more[@]}" \
    >"$stage/simulator.log" 2>&1 &
  stage_pids+=($!)
  stage_wait "$!" "the simulated TikTok Shop" "$stage/simulator.log" test -s "$stage/tiktok.port"
  stage_tiktok_port=$(<"$stage/tiktok.port")
  stage_sim settings '{"allow_port": true}'
}

# stage_wait PID NAME LOG COMMAND...: until the command succeeds; fails with the log's end when the process has ended.
stage_wait() {
  local pid=$1 name=$2 log=$3 tries=0
  shift 3
  until "$@" >/dev/null 2>&1; do
    kill -0 "$pid" 2>/dev/null || { echo "$name did not start:" >&2; tail -15 "$log" >&2; return 1; }
    ((++tries < 600)) || { echo "$name is not ready after 60 s; see $log" >&2; return 1; }
    sleep 0.1
  done
}

# stage_sim CALL JSON: the simulator's control interface.
stage_sim() {
  curl -sS --fail-with-body --cacert "$stage/tls/ca.pem" -H 'Content-Type: application/json' \
    ${2:+--data "$2"} "https://localhost:$stage_tiktok_port/_sim/$1"
}

listingd() { "$build/daemon/listingd" "$@" --config "$stage/listingd.toml"; }

stage_daemon_start() {
  "$build/daemon/listingd" serve --config "$stage/listingd.toml" >>"$stage/listingd.log" 2>&1 &
  stage_daemon=$!
  stage_pids+=("$stage_daemon")
  stage_wait "$stage_daemon" listingd "$stage/listingd.log" curl -sf "http://127.0.0.1:$stage_operator_port/healthz"
}

# Everything but the daemon: certificates, secrets, catalogue, database, TikTok, configuration.
stage_make() {
  stage_public_port=$(free_port) stage_operator_port=$(free_port)
  mkdir -p "$stage"
  stage_certificates
  stage_secrets
  cp -r "$stage_top/deploy/sample/catalogue" "$stage/catalogue"
  cp "$stage_top"/deploy/sample/profiles/*.toml "$stage"
  stage_database_start
  stage_simulator_start >/dev/null
  stage_config
}

# The seller opens the link and agrees: what a browser would do, by curl.
stage_connect() {
  local link
  link=$(listingd connect 2>/dev/null)
  curl -sSL --fail-with-body --cacert "$stage/tls/ca.pem" "$link" >"$stage/consent.html" ||
    { echo "the consent failed:" >&2; sed 's/<[^>]*>/ /g' "$stage/consent.html" >&2; return 1; }
}

# Compares the end states with deploy/sample/expected.json: a line for each product that ended elsewhere; fails when any did.
# A late webhook may have a listing looked at once more, so a difference is looked at again for some seconds.
stage_check_expected() {
  local expected=$stage_top/deploy/sample/expected.json tries=0
  while :; do
    listingd status --json >"$stage/status.json"
    listingd violations --json >"$stage/violations.json"
    listingd remediations --json >"$stage/remediations.json"
    stage_sim state >"$stage/tiktok.json"
    jq -rn --slurpfile expected "$expected" --slurpfile status "$stage/status.json" \
      --slurpfile violations "$stage/violations.json" --slurpfile repairs "$stage/remediations.json" \
      --slurpfile tiktok "$stage/tiktok.json" -f "$stage_top/deploy/sample/check.jq" >"$stage/differences.txt"
    [[ -s $stage/differences.txt ]] || return 0
    ((++tries < 20)) || break
    sleep 0.5
  done
  cat "$stage/differences.txt"
  return 1
}

stage_stop() {
  local pid
  for pid in "${stage_pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  for pid in "${stage_pids[@]}"; do wait "$pid" 2>/dev/null || true; done
  [[ -d ${stage:-}/postgresql ]] && "$stage_top/tests/postgres/cluster" stop "$stage/postgresql"
  stage_pids=()
}
