/** Below which path of its host the outside finds us: '' or `/hotline`. A proxy takes it off before a request comes here. */
export function basePathOf(publicBaseUrl: string): string {
  return new URL(publicBaseUrl).pathname.replace(/\/+$/, '')
}
