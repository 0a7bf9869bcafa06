import type { RequestHandler } from 'express'

/**
 * Pages name their files and what they ask relative to the path that all of them lie in, wherever a proxy has put that:
 * `/hotline/desk` asks for `/hotline/desk/api`. With a slash behind its name a page would look one level too deep.
 */
export const withoutSlash: RequestHandler = (request, response, next) => {
  const [, name, query = ''] = /^\/([^?]+?)\/+(\?.*)?$/.exec(request.url) ?? []
  if (name === undefined) return next()
  response.redirect(308, `../${name}${query}`)
}
