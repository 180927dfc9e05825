// A feed for listingd (lib/pim/feed.md) over a file with one record a line: `node server.mjs records.ndjson [port]`.
// PUT and DELETE of /feed/records/KEY edit it, in memory. It asks for the credentials that the environment holds:
// FEED_TOKEN (bearer), FEED_USER and FEED_PASSWORD (basic), or FEED_SECRET (HMAC).
import { createHmac, timingSafeEqual } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { gzipSync } from 'node:zlib'

const { FEED_TOKEN, FEED_USER, FEED_PASSWORD, FEED_SECRET } = process.env
const epoch = Date.now().toString(36) // changes are numbered from 1 at every start: older cursors are refused
const changes = new Map() // key -> { number, record; null = deleted }, each key once, in the order of its last change
let number = 0
const change = (key, record) => { changes.delete(key); changes.set(key, { number: ++number, record }) }
for (const line of readFileSync(process.argv[2], 'utf8').split('\n').filter(Boolean)) change(JSON.parse(line).key, JSON.parse(line))

function changesPage(cursor, limit) {
  const [run, after] = cursor?.split('.') ?? [epoch, '0']
  if (run !== epoch) return { status: 410 }
  const later = [...changes].filter(([, one]) => one.number > Number(after)), page = later.slice(0, limit)
  const next = page.at(-1)?.[1].number ?? after, has_more = later.length > limit
  const deleted = page.filter(([, one]) => !one.record).map(([key]) => key)
  const records = page.filter(([, one]) => one.record).map(([, one]) => one.record)
  return { etag: has_more ? undefined : `"${epoch}.${number}"`,
    body: { records, deleted, next_cursor: `${epoch}.${next}`, has_more, total: later.length } }
}

function keysPage(cursor, limit) {
  const later = [...changes].filter(([key, one]) => one.record && key > (cursor ?? '')).map(([key]) => key).sort()
  const keys = later.slice(0, limit)
  return { body: { keys, next_cursor: keys.at(-1) ?? cursor ?? '', has_more: later.length > limit } }
}

async function recordAnswer(request, key) {
  if (request.method === 'DELETE') return change(key, null), { status: 204 }
  if (request.method === 'PUT') return change(key, JSON.parse(Buffer.concat(await request.toArray()))), { status: 204 }
  const record = changes.get(key)?.record
  return record ? { body: record } : { status: 404 }
}

function isAllowed({ method, url, headers }) {
  const same = (a = '', b) => Buffer.byteLength(a) === Buffer.byteLength(b) && timingSafeEqual(Buffer.from(a), Buffer.from(b))
  if (FEED_TOKEN) return same(headers.authorization, `Bearer ${FEED_TOKEN}`)
  if (FEED_USER) return same(headers.authorization, `Basic ${Buffer.from(`${FEED_USER}:${FEED_PASSWORD}`).toString('base64')}`)
  const time = headers['x-listingd-timestamp'], sign = createHmac('sha256', FEED_SECRET ?? '')
  return !FEED_SECRET || (Math.abs(Date.now() / 1000 - time) < 300 &&
    same(headers['x-listingd-signature'], sign.update(`${time}\n${method}\n${url}`).digest('hex')))
}

async function answer(request) {
  if (!isAllowed(request)) return { status: 401 }
  const { pathname, searchParams } = new URL(request.url, 'http://feed')
  const cursor = searchParams.get('cursor'), limit = Math.min(Number(searchParams.get('limit')) || 100, 1000)
  if (pathname === '/feed/changes') return changesPage(cursor, limit)
  if (pathname === '/feed/keys') return keysPage(cursor, limit)
  const key = pathname.match(/^\/feed\/records\/(.+)$/)?.[1]
  return key ? recordAnswer(request, decodeURIComponent(key)) : { status: 404 }
}

const server = createServer(async (request, response) => {
  const { status = 200, etag, body } = await answer(request).catch(() => ({ status: 400 }))
  if (etag) response.setHeader('ETag', etag)
  if (etag && request.headers['if-none-match'] === etag) return response.writeHead(304).end()
  if (!body) return response.writeHead(status).end()
  response.writeHead(status, { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' }).end(gzipSync(JSON.stringify(body)))
})
server.listen(Number(process.argv[3] ?? 8090), '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}/feed/changes`))
