import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';
import { judge } from './judge.mjs';
import { possible_values, strict_schema } from './openapi.mjs';
import { mistakes } from './shapes.mjs';
import { own_signature, package_signature } from './signatures.mjs';

const app = { app_key: 'testkey', app_secret: 'testsecret' };
const arrival_ms = 1_795_000_000_000;
const cipher = { shop_cipher: 'ROW_test' };
const json = { 'content-type': 'application/json', 'x-tts-access-token': 'TTP_token' };
const form = { ...json, 'content-type': 'multipart/form-data; boundary=b' };
const product_path = '/product/202309/products';

const good_answer = (data) => ({ code: 0, message: 'Success', request_id: 'r1', data });
const refusal = (code) => ({ code, message: 'Refused', request_id: 'r1', data: null });
const encoded = (query) => new URLSearchParams(query).toString();

/** A line of a record, signed rightly unless `sign` says otherwise. */
function line(call) {
  const { method = 'GET', path, query = {}, headers = json, body, bytes = 0, sign, status = 200, answer, fault } = call;
  const text = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
  const signed = { app_key: app.app_key, timestamp: String(arrival_ms / 1000 - 1), ...query };
  const media_type = headers['content-type'].split(';')[0];
  signed.sign = sign ??
    own_signature(app.app_secret, { path, query: Object.entries(signed), media_type, body: text ?? '' });
  return JSON.stringify({
    at_ms: arrival_ms, method, target: `${path}?${encoded(signed)}`, request_headers: headers,
    ...(text === undefined ? { request_body_bytes: bytes } : { request_body: text }),
    status, response_body: typeof answer === 'string' ? answer : JSON.stringify(answer), fault,
  });
}

const calls = {
  shops: { path: '/authorization/202309/shops', answer: good_answer({ shops: [{ id: '1', region: 'US' }] }) },
  prerequisites: {
    path: '/product/202312/prerequisites', query: cipher,
    answer: good_answer({ check_results: [{ check_item: 'BANk_ACCOUNT', is_failed: false, fail_reasons: [] }] }),
  },
  search: {
    method: 'POST', path: '/product/202502/products/search',
    query: { ...cipher, page_size: '100', page_token: 'p+/7==' },
    body: { status: 'ALL', seller_skus: ['SHIRT-M'] },
    answer: good_answer({ products: [], total_count: 0, next_page_token: '' }),
  },
  create: {
    method: 'POST', path: product_path, query: cipher,
    body: {
      title: 'Größe – ✓', save_mode: 'LISTING', search_terms: ['shirt'],
      skus: [{ seller_sku: 'SHIRT-M', price: { amount: '19.99', currency: 'USD' }, inventory: [{ quantity: 3 }] }],
    },
    answer: good_answer({ product_id: '1729000000000000001', skus: [], warnings: [{ message: 'cleared' }] }),
  },
  upload: {
    method: 'POST', path: '/product/202309/images/upload', headers: form, bytes: 4711,
    answer: good_answer({ uri: 'tos/a', url: 'https://a.example\n', width: 9, height: 9, use_case: 'MAIN_IMAGE' }),
  },
};

const token_line = (query) => JSON.stringify({
  at_ms: arrival_ms, method: 'GET', target: `/api/v2/token/get?${encoded(query)}`,
  request_headers: { 'content-type': 'application/json' }, request_body_bytes: 0, status: 200,
  response_body: JSON.stringify(good_answer({
    access_token: 'TTP_token', access_token_expire_in: 1_795_600_000, refresh_token: 'TTP_r',
    refresh_token_expire_in: 1_800_000_000, open_id: 'o', seller_name: 's', seller_base_region: 'US', user_type: 0,
    granted_scopes: ['seller.product.basic'],
  })),
});
const token_query = { ...app, auth_code: 'TTP_code', grant_type: 'authorized_code' };

const findings_of = (...lines) => judge(lines.join('\n'), [app]).findings;

/** The one finding in short: "request $.query.sign". */
function only_finding(found) {
  assert.equal(found.length, 1, JSON.stringify(found, null, 1));
  return `${found[0].where} ${found[0].path}`;
}

test('the published vectors are reproduced from the raw bytes and by tiktok-shop', () => {
  const vectors = [
    ['/authorization/202309/shops', 'app_key=29a39d&timestamp=1623812664', '',
      'b596b73e0cc6de07ac26f036364178ab16b0a907af13d43f0a0cd2345f582dc8'],
    ['/event/202309/webhooks',
      'app_key=68xu9ks5p4i8&shop_cipher=ROW_xkMbgAAAeVAQra0eZWebFQq5aIK&timestamp=1696909648', '',
      'ed58e1b5e59865c22a7b828c1cab65007441f43cc91a6cb2f2cdc638e0995a37'],
    [product_path, 'app_key=29a39d&shop_cipher=GCP_XF90igAAAABh00qsWgtvOiGFNqyubMt3&timestamp=1623812664',
      '{"title":"Größe – ✓","n":1.5}', '8e29cc5c0369e05f712d4f1ca08bf0c02a5c706116d013ff86c64c16a7119e4b'],
  ];
  for (const [path, query, body, wanted] of vectors) {
    const request = { path, query: [...new URLSearchParams(query)], body, target: `${path}?${query}` };
    request.media_type = 'application/json';
    assert.equal(own_signature('e59af819cc', request), wanted);
    assert.equal(package_signature('29a39d', 'e59af819cc', request), wanted);
  }
  const upload = { path: '/product/202309/images/upload', media_type: 'multipart/form-data', body: 'ignored' };
  upload.query = [['app_key', '29a39d'], ['timestamp', '1623812664']];
  assert.equal(own_signature('e59af819cc', upload),
    '2f292aaeecc6a6ce8c7240771265c3342b343f27ef91271fe72a9452d74fa844');
});

test("a record of well-formed traffic passes; values with '=' are left to the check of the raw bytes", () => {
  const result = judge([token_line(token_query), ...Object.values(calls).map(line)].join('\n'), []);
  assert.deepEqual(result.findings, []);
  assert.equal(result.passed, 12);
  assert.equal(result.operations.size, 6);
  assert.deepEqual(result.signatures, { own: 5, package: 4, skipped: new Map([["a value holds '='", 1]]) });
});

// name, call, what is wrong with it, where the one finding must point
const spoilt_requests = [
  ['a wrong sign', calls.create, { sign: '0'.repeat(64) }, 'request $.query.sign'],
  ['a wrong sign of a value with an equals sign', calls.search, { sign: 'f'.repeat(64) }, 'request $.query.sign'],
  ['an unknown field', calls.create, { body: { skus: [{ colour: 'red' }] } }, 'request $.body.skus[0].colour'],
  ['a wrong type', calls.create, { body: { skus: [{ inventory: [{ quantity: '3' }] }] } },
    'request $.body.skus[0].inventory[0].quantity'],
  ['a value outside the list in the text', calls.create, { body: { save_mode: 'LIST' } }, 'request $.body.save_mode'],
  ['a body where none belongs', calls.shops, { body: { a: 1 } }, 'request $.body'],
  ['no body where one belongs', calls.create, { body: undefined }, 'request $.body'],
  ['an empty object as body', calls.search, { body: {} }, 'request $.body'],
  ['an unexpected shop_cipher', calls.upload, { query: cipher }, 'request $.query.shop_cipher'],
  ['no shop_cipher where one is accepted', calls.prerequisites, { query: {} }, 'request $.query.shop_cipher'],
  ['an unknown parameter', calls.shops, { query: { version: '202309' } }, 'request $.query.version'],
  ['an empty parameter', calls.search, { query: { ...cipher, page_size: '1', page_token: '' } },
    'request $.query.page_token'],
  ['a parameter of the wrong type', calls.search, { query: { ...cipher, page_size: 'all' } },
    'request $.query.page_size'],
  ['no required parameter', calls.search, { query: cipher }, 'request $.query.page_size'],
  ['a wrong content type', calls.shops, { headers: { ...json, 'content-type': 'text/plain' } },
    'request $.headers.content-type'],
  ['no boundary', calls.upload, { headers: { ...form, 'content-type': 'multipart/form-data' } },
    'request $.headers.content-type'],
  ['no token', calls.shops, { headers: { 'content-type': 'application/json' } },
    'request $.headers.x-tts-access-token'],
  ['a token in the query', calls.shops, { query: { access_token: 'TTP_token' } }, 'request $.query.access_token'],
  ['an old timestamp', calls.shops, { query: { timestamp: '1794999600' } }, 'request $.query.timestamp'],
  ['a timestamp from the future', calls.shops, { query: { timestamp: '1795000040' } }, 'request $.query.timestamp'],
  ['an unknown app', calls.shops, { query: { app_key: 'other' } }, 'request $.query.app_key'],
  ['an unknown path', calls.shops, { path: '/authorization/202309/shop', answer: refusal(36009009) },
    'request $.target'],
  ['a method that the path does not have', calls.shops, { method: 'POST', answer: refusal(36009010) },
    'request $.target'],
];

for (const [name, call, change, where] of spoilt_requests)
  test(`a request with ${name} gives exactly its finding`, () =>
    assert.equal(only_finding(findings_of(line({ ...call, ...change }))), where));

const spoilt_answers = [
  ['an unknown field', good_answer({ shops: [{ id: '1', colour: 'red' }] }), 'answer $.data.shops[0].colour'],
  ['a wrong type', good_answer({ shops: [{ id: 1 }] }), 'answer $.data.shops[0].id'],
  ['a value outside the list in the text', good_answer({ shops: [{ seller_type: 'OWN' }] }),
    'answer $.data.shops[0].seller_type'],
  ['no request_id', { code: 0, message: 'Success', data: {} }, 'answer $.request_id'],
  ['no data', good_answer(null), 'answer $.data'],
  ['a code as text', { ...good_answer({}), code: '0' }, 'answer $.code'],
  ['no JSON', '<html>', 'answer $'],
];

for (const [name, answer, where] of spoilt_answers)
  test(`an answer with ${name} gives exactly its finding`, () =>
    assert.equal(only_finding(findings_of(line({ ...calls.shops, answer }))), where));

test('a refusal needs no data, and an answer broken on purpose is not judged', () => {
  assert.deepEqual(findings_of(line({ ...calls.shops, status: 401, answer: refusal(105002) })), []);
  const result = judge(line({ ...calls.shops, fault: 'bad_json', answer: '{"code":0,"mess' }), [app]);
  assert.deepEqual([result.findings, result.passed, result.unchecked_answers], [[], 1, 1]);
  assert.equal(only_finding(findings_of(line({ ...calls.shops, fault: '429', answer: 'slow down' }))), 'answer $');
});

test('the token host takes its documented keys and nothing else', () => {
  const { auth_code, ...without_code } = token_query;
  assert.equal(only_finding(findings_of(token_line(without_code))), 'request $.query.auth_code');
  assert.equal(only_finding(findings_of(token_line({ ...token_query, sign: 'x' }))), 'request $.query.sign');
  assert.equal(only_finding(findings_of(token_line({ ...token_query, grant_type: 'authorization_code' }))),
    'request $.query.grant_type');
});

test('a line that is not of the format is a finding', () => {
  assert.equal(only_finding(findings_of('{"at_ms":1}')), 'record $');
  assert.equal(only_finding(findings_of('{"at_ms":')), 'record $');
  assert.equal(only_finding(findings_of(line(calls.shops).replace('app_key', '%zz'))), 'record $');
});

test('an OpenAPI keyword that is not understood stops the program instead of being skipped', () => {
  assert.throws(() => strict_schema({ type: 'string', nullable: true }), /nullable/);
});

test('lists of values are read from the text only where they hold for every region', () => {
  assert.deepEqual(possible_values('Why.\nPossible values: \n- `ONE`: first\n- TWO\nDefault: TWO'), ['ONE', 'TWO']);
  assert.equal(possible_values('Possible values based on region:\n- US: CENTIMETER, INCH'), undefined);
  const list = strict_schema({ type: 'array', items: { type: 'string' }, description: 'Possible values:\n- ONE' });
  assert.deepEqual(mistakes(list, ['ONE']), []);
  assert.equal(mistakes(list, ['THREE'])[0].path, '$[0]');
});

test('the program ends with the numbers; findings or too few operations end in 1, a wrong call in 2', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'contract-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const apps = join(folder, 'apps.json');
  writeFileSync(apps, JSON.stringify({ apps: [app] }));
  const run = (text, ...more) => {
    const record = join(folder, 'record.ndjson');
    writeFileSync(record, text);
    const program = fileURLToPath(new URL('check.mjs', import.meta.url));
    const call = [program, record, '--apps', apps, ...more];
    const { status, stdout } = spawnSync(process.execPath, call, { encoding: 'utf8' });
    return [status, stdout.trimEnd().split('\n').at(-1)];
  };
  const two = [line(calls.shops), line(calls.create)].join('\n');
  assert.deepEqual(run(two, '--at-least-operations', '2'), [0, '4 passed, 0 failed']);
  assert.deepEqual(run(two, '--at-least-operations', '3'), [1, '4 passed, 0 failed']);
  assert.deepEqual(run(line({ ...calls.shops, sign: 'x' })), [1, '1 passed, 1 failed']);
  assert.deepEqual(run(''), [1, '0 passed, 0 failed']);
  assert.equal(run(two, '--at-least-operations', '0')[0], 2);
});
