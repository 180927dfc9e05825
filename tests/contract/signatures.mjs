// Two signatures of a recorded request: from the raw bytes by the rules of the authorization reference, section 3, and
// from npm tiktok-shop, written by people who have nothing to do with this project.
import { createHmac } from 'node:crypto';
import TikTokShop from 'tiktok-shop';

const host = 'https://open-api.tiktokglobalshop.com'; // tiktok-shop finds the path behind ".com"
const multipart = 'multipart/form-data';

/** HMAC-SHA256 of secret + path + sorted decoded parameters + body + secret. A multipart body is not signed. */
export function own_signature(secret, { path, query, media_type, body }) {
  const parameters = query
    .filter(([name]) => name !== 'sign' && name !== 'access_token')
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flat();
  const signed_body = media_type === multipart ? '' : body;
  const base = [secret, path, ...parameters, signed_body, secret].join('');
  return createHmac('sha256', secret).update(base, 'utf8').digest('hex');
}

/** Why tiktok-shop cannot sign this request; undefined when it can. */
export function beyond_package({ query, media_type, body }) {
  if (query.some(([, value]) => value.includes('='))) return "a value holds '='";
  if (query.some(([, value]) => /[&?% ]/.test(value))) return 'a value holds a separator';
  if (media_type === multipart || body === '') return undefined;
  if (body === '{}') return 'an empty object as body';
  try {
    if (JSON.stringify(JSON.parse(body)) === body) return undefined;
  } catch {
    // not JSON, so it has no compact form either
  }
  return 'the body is not what JSON.stringify would write';
}

export function package_signature(app_key, secret, { target, media_type, body }) {
  const signed_body = media_type === multipart || body === '' ? {} : JSON.parse(body);
  return new TikTokShop({ appKey: app_key, appSecret: secret }).signByUrl(host + target, signed_body).signature;
}
