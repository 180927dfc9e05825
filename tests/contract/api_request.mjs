// What a signed request to the API host must be. A check takes (request, operation, secrets) and gives findings.
import { parameter } from './record_line.mjs';
import { mistakes } from './shapes.mjs';
import { beyond_package, own_signature, package_signature } from './signatures.mjs';

const common = new Set(['app_key', 'sign', 'timestamp']);
const tokens_in_query = new Set(['access_token', 'x-tts-access-token']);
const multipart = 'multipart/form-data';

// authorization reference, section 3
const oldest_s = 300;
const furthest_ahead_s = 30;

const finding = (path, reason) => ({ path, reason });
const one = (condition, path, reason) => (condition ? [finding(path, reason)] : []);

const fits = {
  integer: (value) => /^-?\d+$/.test(value),
  boolean: (value) => value === 'true' || value === 'false',
  string: () => true,
};

function check_value(name, value, { type, list, values }) {
  const path = `$.query.${name}`;
  if (value === '') return [finding(path, 'is empty; a parameter without a value must not be sent')];
  return (list ? value.split(',') : [value]).flatMap((each) => {
    if (values?.includes(each)) return [];
    if (!fits[type](each)) return [finding(path, `must be ${type}, is "${each}"`)];
    return one(values && type === 'string', path, `must be one of ${values?.join(', ')}, is "${each}"`);
  });
}

function check_query({ query }, operation) {
  const out = [];
  const seen = new Set();
  for (const [name, value] of query) {
    if (seen.has(name)) out.push(finding(`$.query.${name}`, 'is sent twice'));
    seen.add(name);
    if (common.has(name) || tokens_in_query.has(name)) continue;
    const known = operation.query.get(name);
    if (known) out.push(...check_value(name, value, known));
    else out.push(finding(`$.query.${name}`, 'is not a parameter of this operation'));
  }
  for (const [name, { required }] of operation.query)
    if (required && !seen.has(name)) out.push(finding(`$.query.${name}`, 'is missing'));
  return out;
}

/** Optional in the OpenAPI, yet documented as required on most pages (authorization reference, section 2). */
function check_shop_cipher(request, operation) {
  const missing = operation.query.get('shop_cipher')?.required === false && !parameter(request, 'shop_cipher');
  return one(missing, '$.query.shop_cipher', 'is missing; it must be sent wherever it is accepted');
}

function check_content_type({ headers, media_type }, operation) {
  const wanted = operation.request?.type ?? 'application/json';
  const path = '$.headers.content-type';
  if (media_type !== wanted) return [finding(path, `must be ${wanted}, is "${headers['content-type'] ?? ''}"`)];
  return one(wanted === multipart && !/boundary="?[^";]+/.test(headers['content-type']), path, 'has no boundary');
}

function check_token({ headers, query }) {
  const token = headers['x-tts-access-token'];
  const leaked = query.filter(([name, value]) => tokens_in_query.has(name) || (token && value === token));
  return [
    ...one(!token, '$.headers.x-tts-access-token', 'is missing'),
    ...leaked.map(([name]) => finding(`$.query.${name}`, 'an access token must never travel in the query')),
  ];
}

function check_timestamp(request) {
  const stamp = parameter(request, 'timestamp') ?? '';
  if (!/^\d{10}$/.test(stamp)) return [finding('$.query.timestamp', `must be Unix seconds, is "${stamp}"`)];
  const ahead = Number(stamp) - Math.floor(request.at_ms / 1000);
  const outside = !(ahead >= -oldest_s && ahead <= furthest_ahead_s);
  return one(outside, '$.query.timestamp', `is ${ahead} s from the time of arrival`);
}

function check_signature(request, operation, secrets, tally) {
  const app_key = parameter(request, 'app_key');
  const secret = secrets.get(app_key);
  if (!secret) return [finding('$.query.app_key', app_key ? `no secret is known for "${app_key}"` : 'is missing')];
  if (request.unrecorded_bytes > 0 && request.media_type !== multipart) return []; // check_body reports it
  const sign = parameter(request, 'sign');
  const wanted = { 'node:crypto': own_signature(secret, request) };
  const obstacle = beyond_package(request);
  if (obstacle) tally.skip(obstacle);
  else wanted['tiktok-shop'] = package_signature(app_key, secret, request);
  tally.signed(!obstacle);
  const others = Object.entries(wanted).filter(([, value]) => value !== sign);
  const words = others.map(([who, value]) => `${who} computes ${value}`).join(', ');
  return one(others.length > 0, '$.query.sign', `is wrong: ${words}`);
}

function check_body({ body, unrecorded_bytes, media_type }, operation) {
  if (media_type === multipart) return []; // the record does not hold the parts
  const path = '$.body';
  if (unrecorded_bytes > 0) return [finding(path, `${unrecorded_bytes} bytes that are not JSON, or 1 MB and more`)];
  if (!operation.request) return one(body !== '', path, 'this operation takes no body');
  if (operation.request.type === multipart) return []; // check_content_type reports it
  if (body === '') return [finding(path, 'is missing')];
  if (body === '{}') return [finding(path, 'is {}: signed by some and not by others, so it must not be sent')];
  return mistakes(operation.request.schema, JSON.parse(body), path);
}

const checks = [
  check_query, check_shop_cipher, check_content_type, check_token, check_timestamp, check_signature, check_body,
];

export function check_request(request, operation, secrets, tally) {
  return checks.flatMap((check) => check(request, operation, secrets, tally));
}
