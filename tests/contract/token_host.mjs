// The consent page and the token host, which are not in TikTok's OpenAPI: authorization reference, sections 1.1 to 1.5.
const text = { type: 'string', minLength: 1 };
const integer = { type: 'integer' };
const object = (properties, required) => ({ type: 'object', properties, required, additionalProperties: false });

const grant = {
  access_token: text, access_token_expire_in: integer, refresh_token: text, refresh_token_expire_in: integer,
  open_id: text, seller_name: text, seller_base_region: text, user_type: integer,
  granted_scopes: { type: 'array', items: text },
};
const tokens = object({ code: integer, message: text, request_id: text, data: object(grant, Object.keys(grant)) });

/** query: the value that a parameter must have, or undefined for any. `deny` is the simulator's own. */
export const endpoints = new Map(Object.entries({
  'GET /open/authorize': { query: { service_id: undefined }, optional: ['state', 'deny'] },
  'GET /api/v2/token/get': {
    query: { app_key: undefined, app_secret: undefined, auth_code: undefined, grant_type: 'authorized_code' },
    optional: [], response: tokens,
  },
  'GET /api/v2/token/refresh': {
    query: { app_key: undefined, app_secret: undefined, refresh_token: undefined, grant_type: 'refresh_token' },
    optional: [], response: tokens,
  },
}));

const finding = (path, reason) => ({ path, reason });

export function check_request(endpoint, { query, headers }) {
  const given = new Map(query);
  const out = [];
  for (const [name, wanted] of Object.entries(endpoint.query)) {
    const value = given.get(name);
    if (!value) out.push(finding(`$.query.${name}`, 'is missing'));
    else if (wanted !== undefined && value !== wanted) out.push(finding(`$.query.${name}`, `must be ${wanted}`));
  }
  for (const [name] of query)
    if (!(name in endpoint.query) && !endpoint.optional.includes(name))
      out.push(finding(`$.query.${name}`, 'is not a parameter of this address'));
  if (headers['x-tts-access-token'] !== undefined)
    out.push(finding('$.headers.x-tts-access-token', 'does not belong to the token host'));
  return out;
}
