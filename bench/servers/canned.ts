import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

// An empty handler: reads the body and gives one answer, the one that was last put under /_answer. What a client
// reaches here is what it can reach.
interface Answer {
  status: number
  headers: Record<string, string>
  body: string
}

let answer = { status: 200, headers: {} as Record<string, string>, body: Buffer.alloc(0) }

const server = createServer((request, response) => {
  const parts: Buffer[] = []
  request.on('data', part => parts.push(part))
  request.on('end', () => {
    if (request.url === '/_answer') {
      const { status, headers, body } = JSON.parse(Buffer.concat(parts).toString()) as Answer
      answer = { status, headers, body: Buffer.from(body, 'base64') }
      response.writeHead(204).end()
      return
    }
    response.writeHead(answer.status, answer.headers)
    response.end(answer.body)
  })
})
server.keepAliveTimeout = 60_000
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(
    `${JSON.stringify({ endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })}\n`,
  )
})
