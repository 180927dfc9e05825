// One line of the simulator's record, taken apart into the request as it was sent and the answer to it.

const media_type = (content_type = '') => content_type.split(';')[0].trim().toLowerCase();

/** Throws where the line is not of the format that tests/simulator/README.md describes. */
export function parse_line(line) {
  const { at_ms, method, target, request_headers, request_body, request_body_bytes, status, response_body, fault } =
    JSON.parse(line);
  if (typeof target !== 'string' || typeof method !== 'string' || !request_headers)
    throw new Error('target, method or request_headers is missing');
  decodeURIComponent(target); // throws where a percent sign does not begin a byte
  const [path, query_text = ''] = target.split(/\?(.*)/s);
  const headers = Object.fromEntries(Object.entries(request_headers).map(([name, each]) => [name.toLowerCase(), each]));
  return {
    request: {
      at_ms, method, target, headers,
      path: decodeURIComponent(path),
      query: [...new URLSearchParams(query_text)],
      media_type: media_type(headers['content-type']),
      body: request_body ?? '',
      unrecorded_bytes: request_body === undefined ? request_body_bytes : 0,
    },
    answer: { status, body: response_body, fault },
  };
}

/** The first value of a query parameter. */
export const parameter = (request, name) => request.query.find(([each]) => each === name)?.[1];
