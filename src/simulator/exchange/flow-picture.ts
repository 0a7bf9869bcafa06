/** Graphviz puts a node's name into a title within its group; a page finds the group by an attribute. */
const NODE = /<g id="node[0-9]+" class="node">\s*<title>([^<]*)<\/title>/g
/** Names of steps as flows have them; what is no step (where the call rings) is left as it is. */
const STEP = /^[A-Za-z][A-Za-z0-9_.-]*$/

/** Marks the group of every step of a drawn flow with `data-step="NAME"`. */
export function markSteps(svg: string): string {
  return svg.replace(NODE, (group, name: string) =>
    STEP.test(name) ? group.replace('<g ', `<g data-step="${name}" `) : group,
  )
}
