// What an answer of TikTok must be (authorization reference, section 5.1): the envelope, and the data of the operation.
import { mistakes } from './shapes.mjs';

const envelope = {
  type: 'object',
  properties: {
    code: { type: 'integer' },
    message: { type: 'string' },
    request_id: { type: 'string', minLength: 1 },
    data: { type: ['object', 'null'] },
  },
  required: ['code', 'message', 'request_id', 'data'],
  additionalProperties: false,
};

// Answers that the simulator was told to break; the rest of its faults answer well-formed.
const broken_by_fault = new Set(['503', 'bad_json', 'wrong_type']);

export const is_checked = ({ status, fault }) => status !== 0 && !broken_by_fault.has(fault);

/** { code, findings }; schema is undefined where the operation is unknown. */
export function check_answer({ status, body }, schema) {
  let parsed;
  try {
    parsed = JSON.parse(body);
  } catch {
    return { findings: [{ path: '$', reason: `HTTP ${status} is not JSON` }] };
  }
  const outer = mistakes(envelope, parsed);
  const { code } = parsed ?? {};
  if (outer.length > 0 || code !== 0) return { code, findings: outer };
  if (!schema) return { code, findings: [{ path: '$.code', reason: 'is 0 for an unknown operation' }] };
  const http = status === 200 ? [] : [{ path: '$.status', reason: `is ${status} although the code is 0` }];
  const missing = parsed.data === null ? [{ path: '$.data', reason: 'is null although the code is 0' }] : [];
  return { code, findings: [...http, ...missing, ...(missing.length > 0 ? [] : mistakes(schema, parsed))] };
}
