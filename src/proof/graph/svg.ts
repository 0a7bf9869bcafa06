import { escapedXml, LOCK } from './html.ts'

const FONTS = 'Helvetica,Arial,DejaVu Sans,sans-serif'
/** A padlock, drawn from the left end of the base line. */
const PADLOCK = 'M0-5.5H1.5V-7a3.5 3.5 0 0 1 7 0V-5.5H10V1H0ZM3-5.5H7V-7a2 2 0 0 0-4 0Z'

/** What Graphviz drew, as a picture that stands alone: one unit is one pixel, and screen readers are told what it shows. */
export function finished(drawn: string, { title, description }: { title: string; description: string }): string {
  const [, width, height] = /viewBox="\S+ \S+ (\S+) (\S+)"/.exec(drawn) ?? []
  const locks = new RegExp(`<text [^>]*x="(\\S+)" y="(\\S+)"[^>]* fill="(\\S+)">${LOCK}</text>`, 'gu')
  const body = drawn
    .slice(drawn.indexOf('<g '))
    // The title of the graph itself would show wherever the mouse rests.
    .replace(/<title>[^<]*<\/title>\n/, '')
    .replace(/<!--.*?-->\n?/gs, '')
    .replaceAll(' xml:space="preserve"', '')
    .replaceAll(' font-family="DejaVu Sans"', '')
    .replace(locks, `<path transform="translate($1 $2)" fill="$3" fill-rule="evenodd" d="${PADLOCK}"/>`)
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}"`,
    ` role="img" aria-labelledby="flow-title flow-description" font-family="${FONTS}">\n`,
    `<title id="flow-title">${escapedXml(title)}</title>\n`,
    `<desc id="flow-description">${escapedXml(description)}</desc>\n`,
    body,
  ].join('')
}
