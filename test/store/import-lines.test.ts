/** Files whose lines end as they did on old machines: refused by that reason, however long, and nothing of them is quoted. */
import { expect, it } from '@jest/globals'
import { LONGEST_LINE, readLines } from '../../src/store/import/lines.ts'

async function linesOf(...pieces: string[]): Promise<[text: string | null, problem: string][]> {
  const read: [string | null, string][] = []
  const file = async function* () {
    for (const piece of pieces) yield Buffer.from(piece)
  }
  for await (const { text, problem } of readLines(file)) read.push([text, problem])
  return read
}

const OLD = [null, 'its lines end with carriage returns alone (save it with line ends LF or CRLF)']
const long = 'x'.repeat(LONGEST_LINE)

it.each([
  ['one line', ['a,b\rc,d\r']],
  ['longer than a line may be', ['brand,name\r', long, '\rrest']],
  ['longer, with a return in one piece alone', ['brand\rname', long, long]],
  ['longer, in one piece', [`brand\r${long}`]],
])('%s', async (_what, pieces) => expect(await linesOf(...pieces)).toEqual([OLD]))

it('takes LF, CRLF in two pieces, and a file that ends without either', async () => {
  expect(await linesOf('a\nb\r', '\nc')).toEqual([
    ['a', ''],
    ['b', ''],
    ['c', ''],
  ])
})

it('names a long line as one, and the next is read as ever', async () => {
  expect(await linesOf(`${long}x\r\nb\n`)).toEqual([
    [null, `the line is longer than ${LONGEST_LINE} bytes`],
    ['b', ''],
  ])
})
