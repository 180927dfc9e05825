// Judges a whole record: which operations were seen, what passed, every finding.
import { check_answer, is_checked } from './answer.mjs';
import { check_request } from './api_request.mjs';
import { find_operation, load_operations } from './openapi.mjs';
import { parameter, parse_line } from './record_line.mjs';
import * as token_host from './token_host.mjs';

/** Secrets by app key: those of apps.json, and those that the record itself carries to the token host. */
function secrets_of(apps, lines) {
  const out = new Map(apps.map((each) => [each.app_key, each.app_secret]));
  for (const { request } of lines) {
    const [key, secret] = ['app_key', 'app_secret'].map((name) => parameter(request, name));
    if (key && secret && !out.has(key)) out.set(key, secret);
  }
  return out;
}

class tally {
  operations = new Map();
  findings = [];
  passed = 0;
  failed = 0;
  signatures = { own: 0, package: 0, skipped: new Map() };
  unchecked_answers = 0;

  saw(name) {
    const row = this.operations.get(name) ?? { requests: 0, refused: 0, faults: 0, findings: 0 };
    this.operations.set(name, row);
    return row;
  }
  signed(by_package) {
    ++this.signatures.own;
    if (by_package) ++this.signatures.package;
  }
  skip(reason) {
    this.signatures.skipped.set(reason, (this.signatures.skipped.get(reason) ?? 0) + 1);
  }
  settle(line, where, operation, findings) {
    ++this[findings.length === 0 ? 'passed' : 'failed'];
    for (const each of findings) this.findings.push({ line, where, operation, ...each });
    if (this.operations.has(operation)) this.operations.get(operation).findings += findings.length;
  }
}

function judge_line(number, { request, answer }, { operations, secrets, result }) {
  const label = `${request.method} ${request.path}`;
  const oauth = token_host.endpoints.get(label);
  const operation = oauth ? undefined : find_operation(operations, request.method, request.path);
  const name = oauth ? label : operation?.name ?? label;
  const row = oauth || operation ? result.saw(name) : undefined;
  if (row) ++row.requests;
  if (row && answer.fault) ++row.faults;

  const unknown = [{ path: '$.target', reason: 'is neither in the OpenAPI nor an address of the token host' }];
  const asked = oauth ? token_host.check_request(oauth, request)
    : operation ? check_request(request, operation, secrets, result) : unknown;
  result.settle(number, 'request', name, asked);

  if (oauth && !oauth.response) return; // a page for people
  if (!is_checked(answer)) {
    ++result.unchecked_answers;
    return;
  }
  const { code, findings } = check_answer(answer, oauth ? oauth.response : operation?.response.schema);
  if (row && code !== 0) ++row.refused;
  result.settle(number, 'answer', name, findings);
}

/** text: the record, NDJSON. apps: [{ app_key, app_secret }]. The result is a tally. */
export function judge(text, apps = []) {
  const result = new tally();
  const lines = [];
  text.split('\n').forEach((line, i) => {
    if (line.trim() === '') return;
    try {
      lines.push({ number: i + 1, ...parse_line(line) });
    } catch (problem) {
      result.settle(i + 1, 'record', 'unreadable line', [{ path: '$', reason: problem.message }]);
    }
  });
  const context = { operations: load_operations(), secrets: secrets_of(apps, lines), result };
  for (const { number, ...line } of lines) judge_line(number, line, context);
  return result;
}
