/** A page of Prometheus's text format, read. https://prometheus.io/docs/instrumenting/exposition_formats/ */

export interface Sample {
  name: string
  labels: Record<string, string>
  value: number
}

export interface MetricsPage {
  /** By name, as `# TYPE` says: `counter`, `gauge`, `histogram`. */
  types: Map<string, string>
  samples: Sample[]
  /** The sum of all samples of that name which have these labels; null: there is none. */
  of(name: string, labels?: Record<string, string>): number | null
}

export function readPage(text: string): MetricsPage {
  const types = new Map([...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = '', type = '']) => [name, type]))
  const samples = text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line): Sample => {
      const [, name = '', inside = '', value = ''] = /^([a-z_0-9]+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? []
      if (name === '') throw new Error(`This is no sample: ${line}`)
      const labels = [...inside.matchAll(/([a-z_]+)="([^"]*)"/g)].map(([, label = '', is = '']) => [label, is])
      return { name, labels: Object.fromEntries(labels), value: Number(value) }
    })
  return {
    types,
    samples,
    of(name, labels = {}) {
      const found = samples.filter(
        (sample) => sample.name === name && Object.entries(labels).every(([label, is]) => sample.labels[label] === is),
      )
      return found.length === 0 ? null : found.reduce((sum, { value }) => sum + value, 0)
    },
  }
}

/** The metrics that PromQL reads, each with the labels that it selects or groups by there. */
export function readIn(promql: string): { name: string; labels: string[] }[] {
  const read = [...promql.matchAll(/\b((?:rufpass|process|nodejs)_[a-z0-9_]+)(?:\{([^}]*)\})?/g)]
  const grouped = [...promql.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, by = '']) => by.split(/\s*,\s*/))
  return read.map(([, name = '', selected = '']) => {
    const own = [...selected.matchAll(/([a-z_]+)(?:=~|!~|!=|=)/g)].map(([, label = '']) => label)
    return { name, labels: [...own, ...grouped] }
  })
}
